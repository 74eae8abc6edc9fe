#pragma once
#include "kind.hpp"

#include <wescrm/web/page.hpp>

namespace wescrm::pages::record {

/// Cards beside the time line, as {card_title, card_figure, card_hint, card_rows, card_action_title, card_action_href}:
/// the group of a customer, the leads that it came from, merges that can be taken back; the score of a lead and its
/// conversion; the leads of an opportunity.
[[nodiscard]] json::Value side_cards(web::PageCall& call, Kind const& kind, json::Value const& record,
                                     json::Allocator& allocator);

/// "phone" → "固定电话": the label of a customer's field in the catalogue.
[[nodiscard]] std::string customer_label(web::PageCall const& call, std::string_view field);

}  // namespace wescrm::pages::record
