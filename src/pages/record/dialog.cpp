#include "dialog.hpp"

namespace wescrm::pages::record {

web::View dialog_view(web::PageCall& call, Dialog const& dialog, Asking const* asking, Entries const& entries,
                      Error const* problem) {
    auto view = web::View{};
    view.page = "record/form";
    view.title = dialog.title;
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "form_title", dialog.title, allocator);
    json::set(view.data, "sentence", dialog.sentence, allocator);
    json::set(view.data, "action", dialog.action, allocator);
    json::set(view.data, "back", dialog.back, allocator);
    json::set(view.data, "submit", dialog.submit.empty() ? dialog.title : dialog.submit, allocator);
    json::set(view.data, "is_danger", json::Value{dialog.is_danger}, allocator);
    if (dialog.version) json::set(view.data, "version", std::to_string(*dialog.version), allocator);
    if (asking) json::set(view.data, "controls", controls_of(call, *asking, entries, problem, allocator), allocator);
    if (problem) {
        view.status = problem->code == Errc::invalid_input ? 422 : 409;
        json::set(view.data, "problem", problem->message, allocator);
    }
    return view;
}

}  // namespace wescrm::pages::record
