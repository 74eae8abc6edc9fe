#pragma once
#include <wescrm/pages/pages.hpp>

// The pages of this module, by file.
namespace wescrm::pages {

void add_home(web::Pages& pages);
void add_reminders(web::Pages& pages);
void add_search(web::Pages& pages);
void add_reports(web::Pages& pages);
void add_records(web::Pages& pages);
void add_approvals(web::Pages& pages);
void add_reveal(web::Pages& pages);
void add_board(web::Pages& pages);
void add_duplicates(web::Pages& pages);
void add_processes(web::Pages& pages);
void add_fields(web::Pages& pages);
void add_document_settings(web::Pages& pages);
void add_sales_rules(web::Pages& pages);
void add_order_flow(web::Pages& pages);
void add_imports(web::Pages& pages);
void add_exports(web::Pages& pages);
void add_pool(web::Pages& pages);
void add_holding_caps(web::Pages& pages);
void add_conversion(web::Pages& pages);
void add_recycle_bin(web::Pages& pages);
void add_lead_scores(web::Pages& pages);
void add_tag_settings(web::Pages& pages);
void add_tag_rules(web::Pages& pages);
void add_duplicate_rules(web::Pages& pages);
void add_pool_rules(web::Pages& pages);
void add_employees(web::Pages& pages);
void add_employee_form(web::Pages& pages);
void add_department_form(web::Pages& pages);
void add_handover(web::Pages& pages);
void add_people_suggestions(web::Pages& pages);
void add_roles(web::Pages& pages);
void add_sync(web::Pages& pages);
void add_company(web::Pages& pages, std::size_t logo_bytes);
void add_link(web::Pages& pages, Ports const& ports);
void add_view_as(web::Pages& pages);
void add_audit_log(web::Pages& pages);
void add_signin_log(web::Pages& pages);
void add_health(web::Pages& pages);
void add_api_keys(web::Pages& pages);
void add_user_groups(web::Pages& pages);
void add_shares(web::Pages& pages);

}  // namespace wescrm::pages
