#include "assembly.hpp"

#include <wescrm/agenda/operations.hpp>
#include <wescrm/approval/operations.hpp>
#include <wescrm/insight/operations.hpp>
#include <wescrm/jobs/operations.hpp>
#include <wescrm/operation/operations.hpp>
#include <wescrm/operation/permissions.hpp>
#include <wescrm/org/handover.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/sales/operations.hpp>
#include <wescrm/sales/trade.hpp>
#include <wescrm/scrm/corp_tags.hpp>
#include <wescrm/web/operations.hpp>

namespace wescrm::server {

operation::SharedHandoverKinds make_handover_kinds() {
    auto kinds = std::make_shared<operation::HandoverKinds>();
    sales::add_lead_handover(*kinds);
    sales::add_handovers(*kinds);
    sales::add_trade_handovers(*kinds);
    agenda::add_handovers(*kinds);
    approval::add_handovers(*kinds);
    operation::add_handovers(*kinds);
    org::add_handovers(*kinds);
    return kinds;
}

approval::SharedSubjects make_approval_subjects() {
    auto subjects = std::make_shared<approval::Subjects>();
    sales::add_approval_subjects(*subjects);
    exchange::add_approval_subjects(*subjects);
    return subjects;
}

operation::ReaderTerms make_reader_terms() {
    auto terms = operation::ReaderTerms{};
    approval::add_reader_terms(terms, *make_approval_subjects());
    sales::add_reader_terms(terms);
    return terms;
}

exchange::Lists make_lists(sales::Limits const& limits) {
    auto lists = std::make_shared<operation::Catalogue>();
    org::add_operations(*lists);
    sales::add_operations(*lists, limits);
    sales::add_trade_operations(*lists);
    sales::add_lead_operations(*lists, {agenda::follow_pool_entry}, sales::make_opportunity, sales::drop_opportunity,
                               limits);
    return lists;
}

operation::Catalogue make_catalogue(approval::Config const& approval, exchange::Config const& exchange,
                                    sales::RecommendConfig const& recommend, sales::Limits const& limits) {
    auto catalogue = operation::Catalogue{};
    operation::add_operations(catalogue);
    org::add_operations(catalogue);
    org::add_handover_operations(catalogue, make_handover_kinds());
    sales::add_operations(catalogue, limits);
    sales::add_trade_operations(catalogue);
    sales::add_merge_operation(catalogue, {agenda::follow_merge, sales::follow_merge});
    approval::add_operations(catalogue, make_approval_subjects(), approval);
    sales::add_high_sea_operations(catalogue, {agenda::follow_pool_entry}, recommend, limits.match);
    sales::add_lead_operations(catalogue, {agenda::follow_pool_entry}, sales::make_opportunity, sales::drop_opportunity,
                               limits);
    exchange::add_operations(catalogue, make_lists(limits), exchange);
    agenda::add_operations(catalogue);
    insight::add_operations(catalogue);
    scrm::add_operations(catalogue);
    jobs::add_operations(catalogue);
    web::add_operations(catalogue);
    operation::insist_on_known_permissions(catalogue);
    return catalogue;
}

}  // namespace wescrm::server
