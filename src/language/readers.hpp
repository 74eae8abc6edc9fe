#pragma once
#include "answer.hpp"

// One reader an intent or a family of them: what the sentence means, or nothing. Heads are commands that stand at the
// head of the sentence; the others look for patterns anywhere.
namespace wescrm::language {

[[nodiscard]] Intent read_short_command(Sentence const& s);  ///< 帮助, 取消, 好的, 第二个 …
[[nodiscard]] Intent read_question_about_use(Sentence const& s);
[[nodiscard]] Intent read_negation(Sentence const& s);
[[nodiscard]] Intent read_search(Sentence const& s);

[[nodiscard]] Intent read_customer_create(Sentence const& s);
[[nodiscard]] Intent read_customer_query(Sentence const& s);  ///< list, find, duplicates
[[nodiscard]] Intent read_own_field(Sentence const& s);       ///< of any record, named by the company
[[nodiscard]] Intent read_update(Sentence const& s);          ///< of customers, leads, opportunities, contacts
[[nodiscard]] Intent read_customer_care(Sentence const& s);   ///< merge, tag, share, delete
[[nodiscard]] Intent read_ownership(Sentence const& s);  ///< claim, release, assign, transfer of customers and leads
[[nodiscard]] Intent read_pool(Sentence const& s);

[[nodiscard]] Intent read_lead_create(Sentence const& s);
[[nodiscard]] Intent read_lead(Sentence const& s);
[[nodiscard]] Intent read_contact_create(Sentence const& s);
[[nodiscard]] Intent read_contact(Sentence const& s);

[[nodiscard]] Intent read_followup_head(Sentence const& s);
[[nodiscard]] Intent read_followup_list(Sentence const& s);
[[nodiscard]] Intent read_followup_report(Sentence const& s);  ///< 绿源 老板嫌贵
[[nodiscard]] Intent read_task_head(Sentence const& s);
[[nodiscard]] Intent read_task(Sentence const& s);
[[nodiscard]] Intent read_own_plan(Sentence const& s);  ///< 周五前把标书写完

[[nodiscard]] Intent read_opportunity_create(Sentence const& s);
[[nodiscard]] Intent read_opportunity(Sentence const& s);
[[nodiscard]] Intent read_order(Sentence const& s);
[[nodiscard]] Intent read_payment(Sentence const& s);
[[nodiscard]] Intent read_known_product(Sentence const& s);
[[nodiscard]] Intent read_product(Sentence const& s);

[[nodiscard]] Intent read_report(Sentence const& s);
[[nodiscard]] Intent read_access(
    Sentence const& s);  ///< who is responsible, one's permissions, why something is unseen
[[nodiscard]] Intent read_approval(Sentence const& s);
[[nodiscard]] Intent read_people(Sentence const& s);
[[nodiscard]] Intent read_administration(Sentence const& s);

}  // namespace wescrm::language
