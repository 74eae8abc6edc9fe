#include "pages.hpp"

#include "record/requests.hpp"
#include "setup/lead_assignment.hpp"

namespace wescrm::pages {

void add_pages(web::Pages& pages, Ports ports) {
    add_home(pages);
    add_records(pages);
    add_board(pages);
    add_pool(pages);
    add_pool_rules(pages);
    add_holding_caps(pages);
    add_conversion(pages);
    add_reports(pages);
    add_imports(pages);
    add_exports(pages);
    add_approvals(pages);
    add_requests(pages);
    add_reveal(pages);
    add_duplicates(pages);
    add_recycle_bin(pages);
    add_search(pages);
    add_reminders(pages);
    add_employees(pages);
    add_employee_form(pages);
    add_department_form(pages);
    add_handover(pages);
    add_people_suggestions(pages);
    add_roles(pages);
    add_user_groups(pages);
    add_shares(pages);
    add_sync(pages);
    add_processes(pages);
    add_lead_assignment(pages);
    add_lead_scores(pages);
    add_tag_settings(pages);
    add_tag_rules(pages);
    add_duplicate_rules(pages);
    add_fields(pages);
    add_document_settings(pages);
    add_sales_rules(pages);
    add_order_flow(pages);
    add_company(pages, ports.logo_bytes);
    add_link(pages, ports);
    add_view_as(pages);
    add_health(pages);
    add_api_keys(pages);
    add_audit_log(pages);
    add_signin_log(pages);
}

}  // namespace wescrm::pages
