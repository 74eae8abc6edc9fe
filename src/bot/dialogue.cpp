#include "dialogue.hpp"

namespace wescrm::bot {
namespace {

json::Value const& empty_object() {
    static auto const object = json::Document{rapidjson::kObjectType};
    return object;
}
json::Value const& object_at(json::Value const& from, std::string_view name) {
    auto const* found = json::find(from, name);
    return found && found->IsObject() ? *found : empty_object();
}
std::string stored_text(json::Value const& from, std::string_view name) {
    return json::find_string(from, name).value_or("");
}
Instant stored_instant(json::Value const& from, std::string_view name) {
    return parse_rfc3339(stored_text(from, name)).value_or(Instant{});
}

Data write(Record const& record) { return Data{{"kind", record.kind}, {"id", record.id}, {"title", record.title}}; }
Record read_record(json::Value const& from) {
    return {stored_text(from, "kind"), stored_text(from, "id"), stored_text(from, "title")};
}

std::vector<Data> write(std::vector<Record> const& records) {
    auto written = std::vector<Data>{};
    for (auto const& record : records) written.push_back(write(record));
    return written;
}
std::vector<Record> read_records(json::Value const& from, std::string_view name) {
    auto records = std::vector<Record>{};
    auto const* found = json::find(from, name);
    if (!found || !found->IsArray()) return records;
    for (auto const& record : found->GetArray()) records.push_back(read_record(record));
    return records;
}

Data write(Command const& command) {
    auto data = Data{{"intent", command.intent}};
    data.set("slots", command.slots.value());
    return data;
}
Command read_command(json::Value const& from) { return {stored_text(from, "intent"), Data{object_at(from, "slots")}}; }

Data write(Question const& question) {
    auto data = Data{{"slot", question.slot},
                     {"wording", question.wording},
                     {"asked_name", question.asked_name},
                     {"expires", format_rfc3339(question.expires)}};
    data.set("kind", static_cast<std::int64_t>(question.kind)).set("misses", std::int64_t{question.misses});
    data.set("command", write(question.command).value())
        .set("data", question.data.value())
        .set("choices", write(question.choices));
    return data;
}
Question read_question(json::Value const& from) {
    auto question = Question{};
    question.kind = static_cast<Question::Kind>(json::find_integer(from, "kind").value_or(0));
    question.command = read_command(object_at(from, "command"));
    question.slot = stored_text(from, "slot");
    question.wording = stored_text(from, "wording");
    question.data = Data{object_at(from, "data")};
    question.choices = read_records(from, "choices");
    question.asked_name = stored_text(from, "asked_name");
    question.expires = stored_instant(from, "expires");
    question.misses = static_cast<int>(json::find_integer(from, "misses").value_or(0));
    return question;
}

}  // namespace

Dialogue read_dialogue(std::string_view state) {
    auto dialogue = Dialogue{};
    auto const parsed = json::parse(state);
    if (!parsed || !parsed->IsObject()) return dialogue;
    auto const& from = static_cast<json::Value const&>(*parsed);
    if (json::find(from, "question")) dialogue.question = read_question(object_at(from, "question"));
    if (json::find(from, "parked")) dialogue.parked = read_question(object_at(from, "parked"));
    if (json::find(from, "record")) dialogue.record = read_record(object_at(from, "record"));
    if (json::find(from, "written")) {
        auto const& written = object_at(from, "written");
        dialogue.written = Written{read_command(object_at(written, "command")),
                                   read_record(object_at(written, "record")), stored_instant(written, "at")};
    }
    auto const& list = object_at(from, "list");
    dialogue.list = {read_records(list, "records"), read_command(object_at(list, "command")),
                     stored_text(list, "next_cursor")};
    dialogue.remembered_at = stored_instant(from, "remembered_at");
    dialogue.misunderstood = static_cast<int>(json::find_integer(from, "misunderstood").value_or(0));
    dialogue.greeted_on = stored_text(from, "greeted_on");
    if (auto const* chosen = json::find(from, "chosen"); chosen && chosen->IsArray())
        for (auto const& pair : chosen->GetArray())
            dialogue.chosen.emplace_back(stored_text(pair, "name"), stored_text(pair, "id"));
    return dialogue;
}

std::string write_dialogue(Dialogue const& dialogue) {
    auto data = Data{{"greeted_on", dialogue.greeted_on}, {"remembered_at", format_rfc3339(dialogue.remembered_at)}};
    if (dialogue.question) data.set("question", write(*dialogue.question).value());
    if (dialogue.parked) data.set("parked", write(*dialogue.parked).value());
    if (dialogue.record) data.set("record", write(*dialogue.record).value());
    if (dialogue.written) {
        auto written = Data{{"at", format_rfc3339(dialogue.written->at)}};
        written.set("command", write(dialogue.written->command).value())
            .set("record", write(dialogue.written->record).value());
        data.set("written", written.value());
    }
    auto list = Data{{"next_cursor", dialogue.list.next_cursor}};
    list.set("records", write(dialogue.list.records)).set("command", write(dialogue.list.command).value());
    data.set("list", list.value()).set("misunderstood", std::int64_t{dialogue.misunderstood});
    auto chosen = std::vector<Data>{};
    for (auto const& [name, id] : dialogue.chosen) chosen.push_back(Data{{"name", name}, {"id", id}});
    data.set("chosen", chosen);
    return json::write(data.value());
}

}  // namespace wescrm::bot
