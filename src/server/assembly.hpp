#pragma once
#include <wescrm/approval/passing.hpp>
#include <wescrm/approval/subject.hpp>
#include <wescrm/exchange/operations.hpp>
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>
#include <wescrm/operation/reader_terms.hpp>
#include <wescrm/sales/high_sea_jobs.hpp>

// What the modules bring along, put together.
namespace wescrm::server {

/// What a leaver can hand over, of all modules.
[[nodiscard]] operation::SharedHandoverKinds make_handover_kinds();
/// What may wait for somebody's consent, of all modules.
[[nodiscard]] approval::SharedSubjects make_approval_subjects();
/// Reasons to see records that the modules know.
[[nodiscard]] operation::ReaderTerms make_reader_terms();
/// All operations of the product.
[[nodiscard]] operation::Catalogue make_catalogue(approval::Config const& approval = {},
                                                  exchange::Config const& exchange = {},
                                                  sales::RecommendConfig const& recommend = {},
                                                  sales::Limits const& limits = {});
/// The lists that can be exported.
[[nodiscard]] exchange::Lists make_lists(sales::Limits const& limits);

}  // namespace wescrm::server
