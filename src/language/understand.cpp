#include "caution.hpp"
#include "readers.hpp"

#include <array>

namespace wescrm::language {
namespace {

using SentenceReader = Intent (*)(Sentence const&);

// The order is the precedence: short commands and heads before patterns, patterns before bare names.
constexpr std::array<SentenceReader, 32> readers{
    read_short_command,
    // heads: everything behind them is content
    read_customer_create, read_lead_create, read_opportunity_create, read_followup_head, read_payment,
    read_contact_create, read_access, read_question_about_use, read_negation,
    // commands that other patterns would take for their own
    read_own_field, read_administration, read_approval, read_task_head, read_task, read_report, read_followup_list,
    read_people, read_pool,
    // a record and a verb
    read_ownership, read_update, read_lead, read_order, read_customer_care, read_followup_report, read_known_product,
    read_opportunity, read_customer_query, read_contact, read_product, read_own_plan, read_search};

Lean lean_of(std::string_view intent) {
    if (intent == "followup.create" || intent == "payment.create" || intent == "order.create" ||
        intent.ends_with(".list"))
        return Lean::past;
    if (intent == "task.list" || intent == "unknown" || intent == "search" || intent.starts_with("report."))
        return Lean::none;
    return intent.ends_with(".create") || intent.ends_with(".update") || intent == "task.reschedule" ? Lean::future
                                                                                                     : Lean::none;
}

}  // namespace

Understanding understand(std::string_view sentence, Instant sent_at, Zone const& zone, Vocabulary const& vocabulary) {
    auto const s = Sentence{sentence, sent_at, zone, vocabulary};
    auto meant = Intent{};
    for (auto const reader : readers) {
        meant = reader(s);
        if (!meant) continue;
        if (!is_destructive(meant->intent)) break;
        if (is_stopped(s))
            meant = Answer{"cancel", 0.8}.done();
        else if (only_speaks_of_it(s, *meant))
            meant.reset();
        if (meant) break;
    }
    if (!meant) meant = Answer{"unknown", 0}.done();
    meant->entities = find_entities(sentence, {sent_at, zone, lean_of(meant->intent)});
    return std::move(*meant);
}

}  // namespace wescrm::language
