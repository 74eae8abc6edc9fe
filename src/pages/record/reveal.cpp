#include "../org_forms.hpp"
#include "../pages.hpp"

// 点开: a masked phone number is replaced by the full one, for whoever may see it; the look is logged.
namespace wescrm::pages {
namespace {

Result<web::View> reveal(web::PageCall& call) {
    auto const object = call.path("object");
    if (object != "customer" && object != "contact" && object != "lead")
        return Error{Errc::not_found, "object", "没有这种记录"};
    auto const full =
        call.perform(object + ".reveal", input_of({{"id", call.path("id")}, {"field", call.path("field")}}));
    if (!full && full.error().code != Errc::forbidden) return full.error();
    auto view = web::View{};
    view.page = "record/revealed";
    view.is_fragment = true;
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "number", full ? json::find_string(*full, "value").value_or("") : "", allocator);
    json::set(view.data, "refusal", full ? "" : full.error().message, allocator);
    return view;
}

}  // namespace

void add_reveal(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::post, "/app/reveal/{object}/{id}/{field}", "self", reveal});
}

}  // namespace wescrm::pages
