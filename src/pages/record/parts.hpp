#pragma once
#include "kind.hpp"

// What several kinds of records share in their declarations.
namespace wescrm::pages::record {

/// Records whose status is one of these.
[[nodiscard]] std::function<bool(json::Value const&)> in(std::vector<std::string> states);

/// How somebody was spoken to.
[[nodiscard]] Words method_words();
/// How the owner came by a customer or a lead.
[[nodiscard]] Words acquired_words();

[[nodiscard]] Action transfer_action(std::string_view operation, std::string_view sentence = {});
/// Why: one of the company's reasons ("lost", "invalid", "returned"), or typed where it has no list.
[[nodiscard]] Field reason_field(std::string_view of);
[[nodiscard]] Action share_action(std::string_view operation);
[[nodiscard]] Action delete_action(std::string_view operation, std::string_view sentence = {});
/// The action for records that `fits`.
[[nodiscard]] Action fitting(Action action, std::function<bool(json::Value const&)> fits);

/// Of what is in force: a change that somebody must agree to; what stays empty stays as it is.
[[nodiscard]] Action request_change(std::string_view operation, std::vector<std::string> states,
                                    std::vector<Field> fields);
/// Submitting, voiding and deleting: the same for every document.
[[nodiscard]] std::vector<Action> document_actions(std::string_view submit, std::string_view void_,
                                                   std::string_view delete_, std::vector<std::string> voidable);
/// One of them to another owner, alone or several at once.
[[nodiscard]] Action document_transfer(std::string_view operation, std::string_view sentence = {});
[[nodiscard]] std::vector<Filter> document_filters(Words const& states);

/// People of other customers who work at this one as well.
[[nodiscard]] Action link_contact();
[[nodiscard]] Action unlink_contact();

[[nodiscard]] Column customer_column();
[[nodiscard]] Column order_column();
[[nodiscard]] Field order_field();
[[nodiscard]] std::vector<Column> line_columns();
[[nodiscard]] Field lines_field();

/// What a document or price book is in.
[[nodiscard]] Words currencies_in_words();
[[nodiscard]] Field currency_field();
/// Only when somebody adds it, but in every file.
[[nodiscard]] Column currency_column();

}  // namespace wescrm::pages::record
