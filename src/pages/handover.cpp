#include "org_forms.hpp"
#include "pages.hpp"
#include "showing.hpp"

// Handing over what somebody owns: first what there is, then to whom.
namespace wescrm::pages {
namespace {

Result<web::View> handover_form(web::PageCall& call) {
    auto const preview = call.perform("employee.handover_preview", input_of({{"user_id", call.path("user_id")}}));
    if (!preview) return preview.error();
    auto view = web::View{};
    view.page = "admin/handover";
    view.title = "工作交接";
    view.data = copy_of(*preview);
    auto& allocator = view.data.GetAllocator();
    for (auto& item : view.data["items"].GetArray()) {
        auto const kind = json::find_string(item, "kind").value_or("");
        json::set(item, "receiver", call.value("to:" + kind), allocator);
        json::set(item, "is_some", json::Value{json::find_integer(item, "count").value_or(0) > 0}, allocator);
    }
    auto people = people_options(call, allocator);
    if (!people) return people.error();
    json::set(view.data, "people", std::move(*people), allocator);
    json::set(view.data, "is_nothing", json::Value{json::find_integer(*preview, "total").value_or(0) == 0}, allocator);
    for (auto const* name : {"to_user_id", "reason"}) json::set(view.data, name, call.value(name), allocator);
    json::set(view.data, "back", call.value("department"), allocator);
    return view;
}

Result<web::View> hand_over(web::PageCall& call) {
    auto input = input_of({{"user_id", call.path("user_id")},
                           {"to_user_id", user_of(call, call.value("to_user_id"))},
                           {"reason", call.value("reason")}});
    auto& allocator = input.GetAllocator();
    auto assignments = json::Value{rapidjson::kArrayType};
    auto kinds = std::vector<std::string>{};
    for (auto const& kind : ticked(call, "to:")) {
        auto const to = call.value("to:" + kind);
        if (to.empty()) continue;
        auto assignment = json::Value{rapidjson::kObjectType};
        json::set(assignment, "kind", kind, allocator);
        json::set(assignment, "to_user_id", user_of(call, to), allocator);
        assignments.PushBack(std::move(assignment), allocator);
        kinds.push_back(kind);
    }
    json::set(input, "assignments", std::move(assignments), allocator);
    auto const done = call.perform("employee.handover", input);
    if (done) return back_to_list(call.value("department"), "handed");
    if (done.error().code == Errc::not_found || done.error().code == Errc::forbidden) return done.error();
    auto view = handover_form(call);
    if (!view) return view;
    show_error(*view, done.error());
    for (std::size_t at = 0; at < kinds.size(); ++at)
        for (auto const& field : done.error().fields)
            for (auto& item : view->data["items"].GetArray())
                if (field.field.starts_with("assignments[" + std::to_string(at) + "]") &&
                    json::find_string(item, "kind") == kinds[at])
                    json::set(item, "receiver_error", field.message, view->data.GetAllocator());
    return view;
}

}  // namespace

void add_handover(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/employees/{user_id}/handover", "org.manage", handover_form});
    pages.add(web::PageRoute{http::Method::post, "/admin/employees/{user_id}/handover", "org.manage", hand_over});
}

}  // namespace wescrm::pages
