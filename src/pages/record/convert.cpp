#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../showing.hpp"
#include "pick.hpp"
#include "side.hpp"
#include "values.hpp"

// 转化: a lead becomes a customer. Who may be the customer already stands first, with what a choice would fill and what
// it leaves as it is; a contact and an opportunity come along if wanted.
namespace wescrm::pages {
namespace {

using namespace record;

constexpr std::string_view of_new = "new";
constexpr std::string_view of_other = "other";

std::string_view way_word(std::string_view way) {
    if (way == "claim") return "在公海中，转化时按规则领取";
    if (way == "ask") return "由同事负责：可以向他申请协作，或把线索转给他";
    if (way == "hidden") return "您看不到这个客户：可以向负责人申请协作，或把线索转给他";
    return "";
}

/// What stands in the form: as it was sent, or as the lead proposes.
struct Typed {
    web::PageCall& call;
    json::Value const& lead;
    bool is_sent = false;

    [[nodiscard]] std::string text(std::string_view name, std::string const& proposed) const {
        return is_sent ? call.value(name) : proposed;
    }
    [[nodiscard]] bool on(std::string_view name, bool proposed) const {
        return is_sent ? !call.value(name).empty() : proposed;
    }
};

void add_changes(web::PageCall& call, json::Value const& preview, json::Value& view, json::Allocator& allocator) {
    auto fills = json::Value{rapidjson::kArrayType};
    for (auto const& fill : preview["fills"].GetArray()) {
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "fill_label", customer_label(call, text_of(fill, "field")), allocator);
        json::set(line, "fill_value", text_of(fill, "value"), allocator);
        fills.PushBack(std::move(line), allocator);
    }
    auto keeps = json::Value{rapidjson::kArrayType};
    for (auto const& difference : preview["differences"].GetArray()) {
        auto line = json::Value{rapidjson::kObjectType};
        json::set(line, "keep_label", customer_label(call, text_of(difference, "field")), allocator);
        json::set(line, "keep_value", text_of(difference, "kept"), allocator);
        json::set(line, "keep_lead", text_of(difference, "lead_value"), allocator);
        keeps.PushBack(std::move(line), allocator);
    }
    json::set(view, "fills", std::move(fills), allocator);
    json::set(view, "keeps", std::move(keeps), allocator);
}

// The chosen target, or the best of the candidates, or a new customer.
std::string target_of(Typed const& typed, json::Value const& candidates) {
    if (typed.is_sent) return typed.call.value("target");
    for (auto const& candidate : candidates.GetArray())
        if (auto const way = text_of(candidate, "way"); way == "attach" || way == "claim")
            return text_of(candidate, "id");
    return std::string{of_new};
}

// The customers whose owners have been asked and have not answered yet.
Texts asked_conversion(web::PageCall& call) {
    auto asked = Texts{};
    auto const found =
        call.perform("collaboration_request.list", input_of({{"lead_id", call.path("id")}, {"status", "pending"}}));
    if (!found) return asked;
    for (auto const& request : (*found)["items"].GetArray()) asked.insert(text_of(request, "customer_id"));
    return asked;
}

void add_candidates(Typed const& typed, json::Value const& candidates, std::string const& target, web::View& view) {
    auto& call = typed.call;
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    auto const asked = asked_conversion(call);
    auto offers_asking = false;
    for (auto const& candidate : candidates.GetArray()) {
        auto const id = text_of(candidate, "id");
        auto const way = text_of(candidate, "way");
        auto const is_open = way == "attach" || way == "claim";
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "cand_id", id, allocator);
        json::set(one, "cand_name", text_of(candidate, "name"), allocator);
        json::set(one, "cand_no", text_of(candidate, "no"), allocator);
        json::set(one, "cand_owner", text_of(candidate, "owner_name"), allocator);
        json::set(one, "cand_matched", text_of(candidate, "matched") == "mobile" ? "电话相同" : "名称相同", allocator);
        json::set(one, "cand_way", way_word(way), allocator);
        json::set(one, "cand_open", json::Value{is_open}, allocator);
        auto const ask_id = text_of(candidate, "ask_id");
        json::set(one, "cand_ask", ask_id, allocator);
        offers_asking |= !ask_id.empty() && !asked.contains(ask_id);
        json::set(one, "cand_asked", json::Value{!ask_id.empty() && asked.contains(ask_id)}, allocator);
        json::set(one, "cand_on", json::Value{is_open && id == target}, allocator);
        if (is_open)
            if (auto const preview =
                    call.perform("lead.conversion_preview", input_of({{"id", call.path("id")}, {"customer_id", id}})))
                add_changes(call, *preview, one, allocator);
        list.PushBack(std::move(one), allocator);
    }
    json::set(view.data, "offers_asking", json::Value{offers_asking}, allocator);
    json::set(view.data, "ask_reason", call.value("ask_reason"), allocator);
    json::set(view.data, "candidates", std::move(list), allocator);
}

void add_opportunity(Typed const& typed, web::View& view) {
    auto& call = typed.call;
    if (!usable(call, "opportunity.create")) return;
    auto& allocator = view.data.GetAllocator();
    auto const company = text_of(typed.lead, "company");
    auto const intended = text_of(typed.lead, "intended");
    auto const who = company.empty() ? text_of(typed.lead, "name") : company;
    json::set(view.data, "may_opportunity", json::Value{true}, allocator);
    json::set(view.data, "opp_on", json::Value{typed.on("with_opportunity", false)}, allocator);
    json::set(view.data, "opp_name",
              typed.text("opportunity.name", who + " " + (intended.empty() ? std::string{"采购"} : intended)),
              allocator);
    json::set(view.data, "opp_amount", typed.text("opportunity.amount_fen", ""), allocator);
    json::set(view.data, "opp_close", typed.text("opportunity.expected_close_date", ""), allocator);
    json::set(view.data, "processes",
              choices_of(call, Source{"process.open", "id", "title"}, nullptr, typed.text("opportunity.process_id", ""),
                         allocator),
              allocator);
}

void add_proposals(Typed const& typed, std::string const& target, web::View& view) {
    auto& allocator = view.data.GetAllocator();
    auto const& lead = typed.lead;
    auto const company = text_of(lead, "company");
    json::set(view.data, "new_on", json::Value{target == of_new}, allocator);
    json::set(view.data, "other_on", json::Value{target == of_other}, allocator);
    json::set(view.data, "other_text", typed.text("other", ""), allocator);
    json::set(view.data, "new_name", typed.text("customer.name", company.empty() ? text_of(lead, "name") : company),
              allocator);
    json::set(view.data, "new_level", typed.text("customer.level", text_of(lead, "level")), allocator);
    json::set(view.data, "new_industry", typed.text("customer.industry", ""), allocator);
    json::set(view.data, "new_source", typed.text("customer.source", text_of(lead, "source")), allocator);
    json::set(view.data, "person_on", json::Value{typed.on("with_contact", !company.empty())}, allocator);
    json::set(view.data, "person_name", typed.text("contact.name", text_of(lead, "name")), allocator);
    json::set(view.data, "person_position", typed.text("contact.position", text_of(lead, "position")), allocator);
}

Result<web::View> conversion_form(web::PageCall& call, Error const* problem) {
    auto const lead = call.perform("lead.show", input_of({{"id", call.path("id")}}));
    if (!lead) return lead.error();
    auto const candidates = call.perform("lead.candidates", input_of({{"id", call.path("id")}}));
    if (!candidates) return candidates.error();
    auto view = web::View{};
    view.page = "record/convert";
    view.title = "转化线索 " + text_of(*lead, "name");
    auto& allocator = view.data.GetAllocator();
    auto const typed = Typed{call, *lead, problem != nullptr};
    auto const target = target_of(typed, (*candidates)["items"]);
    json::set(view.data, "lead_id", call.path("id"), allocator);
    json::set(view.data, "lead_name", text_of(*lead, "name"), allocator);
    add_candidates(typed, (*candidates)["items"], target, view);
    add_proposals(typed, target, view);
    add_opportunity(typed, view);
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        auto const asks = problem->reason == "possible_duplicate";
        json::set(view.data, "asks_reason", json::Value{asks}, allocator);
        json::set(view.data, "reason_value", call.value("customer.duplicate_reason"), allocator);
        json::set(view.data, "problem",
                  asks || problem->fields.empty() ? problem->message : problem->fields.front().message, allocator);
    }
    return view;
}

void set_typed(web::PageCall& call, json::Value& object, std::string const& prefix,
               std::initializer_list<char const*> names, json::Allocator& allocator) {
    for (auto const* name : names)
        if (auto const typed = call.value(prefix + name); !typed.empty()) json::set(object, name, typed, allocator);
}

Result<json::Value> opportunity_from(web::PageCall& call, json::Allocator& allocator) {
    auto object = json::Value{rapidjson::kObjectType};
    auto const* entry = call.operations.catalogue().find("opportunity.create");
    for (auto const* name : {"name", "process_id", "amount_fen", "expected_close_date"}) {
        auto const sent = call.value(std::string{"opportunity."} + name);
        auto const* field = entry ? find_field(*entry, name) : nullptr;
        if (!field || sent.empty()) continue;
        auto value = value_from(sent, *field, call.ctx.zone(), allocator);
        if (!value) return value.error();
        json::set(object, name, std::move(*value), allocator);
    }
    return object;
}

Result<json::Document> input_from_form(web::PageCall& call) {
    auto input = input_of({{"id", call.path("id")}});
    auto& allocator = input.GetAllocator();
    auto const target = call.value("target");
    if (target.empty()) return invalid_field("target", "请选择转化到哪个客户");
    if (target == of_new) {
        auto customer = json::Value{rapidjson::kObjectType};
        set_typed(call, customer, "customer.", {"name", "level", "industry", "source", "duplicate_reason"}, allocator);
        json::set(input, "customer", std::move(customer), allocator);
    } else if (target == of_other) {
        auto const id = record_from(call, "customer_id", "customer", call.value("other"));
        if (!id) return id.error();
        json::set(input, "customer_id", *id, allocator);
    } else {
        json::set(input, "customer_id", target, allocator);
    }
    auto const with_contact = !call.value("with_contact").empty();
    json::set(input, "with_contact", json::Value{with_contact}, allocator);
    if (with_contact) {
        auto contact = json::Value{rapidjson::kObjectType};
        set_typed(call, contact, "contact.", {"name", "position"}, allocator);
        json::set(input, "contact", std::move(contact), allocator);
    }
    if (!call.value("with_opportunity").empty()) {
        auto opportunity = opportunity_from(call, allocator);
        if (!opportunity) return opportunity.error();
        json::set(input, "opportunity", std::move(*opportunity), allocator);
    }
    return input;
}

Result<web::View> show_conversion(web::PageCall& call) { return conversion_form(call, nullptr); }

Result<web::View> convert(web::PageCall& call) {
    auto const input = input_from_form(call);
    auto const done = input ? call.perform("lead.convert", *input) : Result<json::Document>{input.error()};
    if (done) return web::View::to("/app/customers/" + text_of(*done, "customer_id") + "?done=converted");
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    return conversion_form(call, &problem);
}

// The owner of a candidate is asked to let the visitor work with it.
Result<web::View> ask_for_conversion(web::PageCall& call) {
    auto const done = call.perform("lead.ask_collaboration", input_of({{"id", call.path("id")},
                                                                       {"customer_id", call.value("ask_id")},
                                                                       {"reason", call.value("ask_reason")}}));
    if (done) return web::View::to("/app/leads/" + call.path("id") + "?done=asked");
    auto const problem = done.error();
    if (problem.code == Errc::unavailable || problem.code == Errc::not_found) return problem;
    return conversion_form(call, &problem);
}

// What would happen to a customer that was found by typing.
Result<web::View> preview_conversion(web::PageCall& call) {
    auto view = web::View{};
    view.page = "record/convert_preview";
    view.is_fragment = true;
    auto& allocator = view.data.GetAllocator();
    auto const id = record_from(call, "customer_id", "customer", call.value("other"));
    auto const found =
        id ? call.perform("lead.conversion_preview", input_of({{"id", call.path("id")}, {"customer_id", *id}}))
           : Result<json::Document>{id.error()};
    if (found) {
        add_changes(call, *found, view.data, allocator);
        json::set(view.data, "preview_name", text_of(*found, "customer_name"), allocator);
    } else {
        json::set(view.data, "preview_wrong",
                  found.error().fields.empty() ? found.error().message : found.error().fields.front().message,
                  allocator);
    }
    return view;
}

}  // namespace

void add_conversion(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{"/app/leads/{id}/do/convert"};
    pages.add(web::PageRoute{Method::get, path, "lead.convert", show_conversion});
    pages.add(web::PageRoute{Method::post, path, "lead.convert", convert});
    pages.add(web::PageRoute{Method::get, path + "/preview", "lead.convert", preview_conversion});
    pages.add(web::PageRoute{Method::post, path + "/ask", "lead.convert", ask_for_conversion});
}

}  // namespace wescrm::pages
