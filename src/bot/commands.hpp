#pragma once
#include "turn.hpp"

#include <optional>
#include <string_view>

namespace wescrm::bot {

/// Runs a command: says what came of it, or asks for what is missing. An intent that the chat does not serve gets an
/// answer too.
void run_command(Turn& turn, Command command);

// The commands by subject; each finds its slots in `command`.
void create_customer(Turn& turn, Command command);
void find_customer(Turn& turn, Command command);
void list_customers(Turn& turn, Command command);
void change_customer(Turn& turn, Command command);
void delete_customer(Turn& turn, Command command);
void find_contact(Turn& turn, Command command);
void search(Turn& turn, Command command);
void next_page(Turn& turn, Command command);
void select_entry(Turn& turn, Command command);
void create_followup(Turn& turn, Command command);
void list_followups(Turn& turn, Command command);
/// An answer to a comment, or a comment.
void write_comment(Turn& turn, Command command);
void create_contact(Turn& turn, Command command);
void create_task(Turn& turn, Command command);
void list_tasks(Turn& turn, Command command);
void complete_task(Turn& turn, Command command);
void reschedule_task(Turn& turn, Command command);
void cancel_task(Turn& turn, Command command);
void change_contact(Turn& turn, Command command);
void transfer_customer(Turn& turn, Command command);
void assign_customer(Turn& turn, Command command);
void share_customer(Turn& turn, Command command);
void tag_customer(Turn& turn, Command command);
void merge_customer(Turn& turn, Command command);
void check_duplicate(Turn& turn, Command command);
void find_employee(Turn& turn, Command command);
void show_superior(Turn& turn, Command command);
void show_subordinates(Turn& turn, Command command);
void find_department(Turn& turn, Command command);
void show_tree(Turn& turn, Command command);
void show_permissions(Turn& turn, Command command);
void explain_access(Turn& turn, Command command);
void start_sync(Turn& turn, Command command);
/// The buttons of the card about a held synchronisation: "accept" or "keep".
void press_sync(Turn& turn, std::string_view verb, std::string_view run);
void disable_employee(Turn& turn, Command command);
void hand_over(Turn& turn, Command command);
void undo(Turn& turn, Command command);
void help(Turn& turn, Command command);
void menu(Turn& turn, Command command);
void greet(Turn& turn, Command command);

/// Shows the contact persons with that name or phone; false if there is none.
[[nodiscard]] bool show_contacts(Turn& turn, std::string const& words);

/// Says whose the customer with exactly this name is, if the person does not see it; false if there is none.
[[nodiscard]] bool show_hidden(Turn& turn, std::string const& words);

/// Names what was understood and teaches with examples of the person's own words.
void not_understood(Turn& turn, std::string_view sentence, bool may_be_name);

/// Asks whether one of the customers with nearly that name was meant. False: there is none.
[[nodiscard]] bool offer_near_customers(Turn& turn, Command& command, std::string_view slot, std::string const& words);

/// Which customer a slot means: resolved, or asked for, or answered (nullopt). `wording` asks when the slot is empty.
[[nodiscard]] std::optional<Record> find_record(Turn& turn, Command& command, std::string_view slot,
                                                std::string_view wording);

/// Which of the person's open tasks the slot "task" means, by number, by 它, or by words of its title; else as
/// find_record.
[[nodiscard]] std::optional<Record> find_task(Turn& turn, Command& command);

/// The customer's card and its whole text; both remember the customer. `news`: "is_created", "is_changed" or nothing.
void show_card(Turn& turn, std::string_view customer_id);
void show_card(Turn& turn, Customer const& customer, std::string_view news);
void show_detail(Turn& turn, std::string_view customer_id);
[[nodiscard]] Data card_of(Turn const& turn, Customer const& customer);

}  // namespace wescrm::bot
