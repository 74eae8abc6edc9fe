#include "crm.hpp"

#include "reading.hpp"

#include <utility>

namespace wescrm::bot {
namespace {

Contact read_contact(json::Value const& from) {
    auto contact = Contact{};
    contact.id = text_at(from, "id");
    contact.customer_id = text_at(from, "customer_id");
    contact.customer = text_at(from, "customer_name");
    contact.version = integer_at(from, "version");
    contact.name = text_at(from, "name");
    contact.position = text_at(from, "position");
    contact.mobile = text_at(from, "mobile");
    contact.remark = text_at(from, "remark");
    contact.is_primary = json::find_bool(from, "is_primary").value_or(false);
    return contact;
}
Followup read_followup(json::Value const& from) {
    return {text_at(from, "id"),
            integer_at(from, "version"),
            text_at(from, "content"),
            text_at(from, "method"),
            text_at(from, "author_name"),
            text_at(from, "customer_name"),
            instant_at(from, "followed_at"),
            instant_at(from, "next_contact_at")};
}
Task read_task(json::Value const& from) {
    return {text_at(from, "id"),          integer_at(from, "version"),  text_at(from, "title"),
            text_at(from, "status"),      text_at(from, "target_type"), text_at(from, "target_id"),
            text_at(from, "target_name"), instant_at(from, "due_at"),   instant_at(from, "remind_at")};
}
Customer read_customer(json::Value const& from) {
    auto customer = Customer{};
    customer.id = text_at(from, "id");
    customer.version = integer_at(from, "version");
    customer.no = text_at(from, "no");
    customer.name = text_at(from, "name");
    customer.short_name = text_at(from, "short_name");
    customer.level = text_at(from, "level");
    customer.industry = text_at(from, "industry");
    customer.source = text_at(from, "source");
    customer.mobile = text_at(from, "mobile");
    customer.address = text_at(from, "address");
    customer.remark = text_at(from, "remark");
    customer.owner = text_at(from, "owner_name");
    customer.owner_user_id = text_at(from, "owner_user_id");
    customer.next_contact_at = instant_at(from, "next_contact_at");
    customer.last_follow_at = instant_at(from, "last_follow_at");
    customer.search_rank = integer_at(from, "rank");
    customer.contacts = list_at<Contact>(from, "contacts", read_contact);
    customer.followups = list_at<Followup>(from, "followups", read_followup);
    customer.tags = texts_at(from, "tags");
    return customer;
}

Duplicate read_duplicate(json::Value const& from) {
    return {text_at(from, "id"),
            text_at(from, "name"),
            text_at(from, "owner_name"),
            text_at(from, "matched"),
            json::find_bool(from, "in_high_sea").value_or(false),
            instant_at(from, "last_follow_at")};
}

PlannedContact read_planned(json::Value const& from) {
    return {text_at(from, "customer_id"), text_at(from, "customer_name"), instant_at(from, "next_contact_at")};
}

template <class T, class Read>
Result<T> read_one(Result<json::Document> const& answer, Read read) {
    if (!answer) return answer.error();
    return read(*answer);
}

}  // namespace

Result<json::Document> Crm::invoke(std::string_view operation, Data const& input) const {
    return invoke_(operation, input.value());
}

std::vector<OwnField> Crm::own_fields(std::string_view object) const {
    auto fields = std::vector<OwnField>{};
    auto const answer = invoke("field.list", Data{{"object", object}});
    if (!answer) return fields;
    for (auto const& item : (*answer)["items"].GetArray()) {
        auto field = OwnField{text_at(item, "key"),
                              text_at(item, "label"),
                              text_at(item, "type"),
                              json::find_bool(item, "required").value_or(false),
                              {}};
        if (auto const* options = json::find(item, "options"); options && options->IsArray())
            for (auto const& option : options->GetArray())
                if (!json::find_bool(option, "disabled").value_or(false))
                    field.options.push_back(text_at(option, "label"));
        fields.push_back(std::move(field));
    }
    return fields;
}

std::vector<OwnField> Crm::system_fields(std::string_view object) const {
    auto fields = std::vector<OwnField>{};
    auto const answer = invoke("field.list", Data{{"object", object}});
    auto const* listed = answer ? json::find(*answer, "system") : nullptr;
    if (!listed || !listed->IsArray()) return fields;
    for (auto const& item : listed->GetArray())
        fields.push_back({text_at(item, "key"),
                          text_at(item, "label"),
                          text_at(item, "type"),
                          json::find_bool(item, "required").value_or(false),
                          {}});
    return fields;
}

OwnValues Crm::own_values(std::string_view object, std::string_view id) const {
    auto values = OwnValues{};
    auto const answer = invoke("field.values", Data{{"object", object}, {"id", id}});
    if (!answer) return values;
    for (auto const& item : (*answer)["items"].GetArray())
        if (auto text = text_at(item, "text"); !text.empty())
            values.items.push_back(
                {text_at(item, "label"), std::move(text), json::find_bool(item, "in_card").value_or(false)});
    auto const* system = json::find(*answer, "system");
    if (!system || !system->IsArray()) return values;
    for (auto const& field : system->GetArray())
        if (auto const label = text_at(field, "label"); label != text_at(field, "standard_label"))
            values.labels.set(text_at(field, "key"), label);
    return values;
}

Result<Customer> Crm::create_customer(Data const& fields) const {
    return read_one<Customer>(invoke("customer.create", fields), read_customer);
}

Result<std::vector<Customer>> Crm::search_customers(std::string_view words, std::size_t limit) const {
    return found_customers("customer.search", words, limit);
}

Result<std::vector<Customer>> Crm::near_customers(std::string_view words, std::size_t limit) const {
    return found_customers("customer.search_near", words, limit);
}

Result<std::vector<Customer>> Crm::found_customers(std::string_view operation, std::string_view words,
                                                   std::size_t limit) const {
    auto input = Data{{"words", words}};
    input.set("limit", static_cast<std::int64_t>(limit));
    auto const answer = invoke(operation, input);
    if (!answer) return answer.error();
    return list_at<Customer>(*answer, "items", read_customer);
}

Result<Customer> Crm::show_customer(std::string_view id) const {
    return read_one<Customer>(invoke("customer.show", Data{{"id", id}}), read_customer);
}

Result<CustomerPage> Crm::list_customers(Data const& query) const {
    auto const answer = invoke("customer.list", query);
    if (!answer) return answer.error();
    return CustomerPage{list_at<Customer>(*answer, "items", read_customer), text_at(*answer, "next_cursor")};
}

Result<Customer> Crm::change_customer(std::string_view id, std::int64_t version, Data const& fields) const {
    auto input = fields.copy();
    input.set("id", id).set("version", version);
    return read_one<Customer>(invoke("customer.change", input), read_customer);
}

Result<void> Crm::delete_customer(std::string_view id) const {
    auto const answer = invoke("customer.delete", Data{{"id", id}});
    if (!answer) return answer.error();
    return {};
}

Result<Duplicates> Crm::check_duplicate(std::string_view name, std::string_view mobile) const {
    auto const answer = invoke("customer.check_duplicate", Data{{"name", name}, {"mobile", mobile}});
    if (!answer) return answer.error();
    return Duplicates{list_at<Duplicate>(*answer, "items", read_duplicate),
                      list_at<Customer>(*answer, "similar", read_customer)};
}

Result<Customer> Crm::change_ownership(std::string_view operation, std::string_view id, Data const& more) const {
    auto input = more.copy();
    input.set("id", id);
    return read_one<Customer>(invoke(operation, input), read_customer);
}

Result<Contact> Crm::show_contact(std::string_view id) const {
    return read_one<Contact>(invoke("contact.show", Data{{"id", id}}), read_contact);
}

Result<Contact> Crm::change_contact(Contact const& before, Data const& fields) const {
    auto input = fields.copy();
    input.set("id", before.id).set("version", before.version);
    return read_one<Contact>(invoke("contact.change", input), read_contact);
}

Result<std::vector<Contact>> Crm::find_contacts(std::string_view words, std::string_view customer_id,
                                                std::size_t limit) const {
    auto input = Data{{"words", words}, {"customer_id", customer_id}};
    input.set("limit", static_cast<std::int64_t>(limit));
    auto const answer = invoke("contact.search", input);
    if (!answer) return answer.error();
    return list_at<Contact>(*answer, "items", read_contact);
}

Result<Followup> Crm::create_followup(Data const& fields) const {
    return read_one<Followup>(invoke("followup.create", fields), read_followup);
}
Result<std::vector<Followup>> Crm::list_followups(Data const& query) const {
    auto const answer = invoke("followup.list", query);
    if (!answer) return answer.error();
    return list_at<Followup>(*answer, "items", read_followup);
}
Result<Contact> Crm::create_contact(Data const& fields) const {
    return read_one<Contact>(invoke("contact.create", fields), read_contact);
}
Result<Task> Crm::create_task(Data const& fields) const {
    return read_one<Task>(invoke("task.create", fields), read_task);
}
Result<Task> Crm::show_task(std::string_view id) const {
    return read_one<Task>(invoke("task.show", Data{{"id", id}}), read_task);
}
Result<Task> Crm::complete_task(std::string_view id) const {
    return read_one<Task>(invoke("task.complete", Data{{"id", id}}), read_task);
}
Result<Task> Crm::cancel_task(std::string_view id) const {
    return read_one<Task>(invoke("task.cancel", Data{{"id", id}}), read_task);
}
Result<Task> Crm::change_task(Task const& before, Data const& fields) const {
    auto input = fields.copy();
    input.set("id", before.id).set("version", before.version);
    return read_one<Task>(invoke("task.change", input), read_task);
}
Result<Task> Crm::snooze_task(std::string_view id) const {
    return read_one<Task>(invoke("task.snooze", Data{{"id", id}}), read_task);
}

Result<Agenda> Crm::today() const {
    auto const answer = invoke("agenda.today", Data{});
    if (!answer) return answer.error();
    auto agenda = Agenda{list_at<Task>(*answer, "overdue", read_task),
                         list_at<PlannedContact>(*answer, "overdue_contacts", read_planned)};
    for (auto& task : list_at<Task>(*answer, "due", read_task)) agenda.tasks.push_back(std::move(task));
    for (auto& contact : list_at<PlannedContact>(*answer, "contacts", read_planned))
        agenda.contacts.push_back(std::move(contact));
    return agenda;
}

Result<std::vector<Task>> Crm::list_tasks(Data const& query) const {
    auto const answer = invoke("task.list", query);
    if (!answer) return answer.error();
    return list_at<Task>(*answer, "items", read_task);
}

Result<Undone> Crm::undo() const {
    auto const answer = invoke("chat.undo", Data{});
    if (!answer) return answer.error();
    return Undone{text_at(*answer, "label"), text_at(*answer, "object_id"), text_at(*answer, "action") == "create"};
}

}  // namespace wescrm::bot
