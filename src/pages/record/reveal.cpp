#include "../org_forms.hpp"
#include "../pages.hpp"
#include "values.hpp"

#include <wescrm/operation/operations.hpp>

// 点开: a masked phone number or field is replaced by the whole value, for whoever may see it; the look is logged.
namespace wescrm::pages {
namespace {

Result<web::View> reveal(web::PageCall& call) {
    auto const object = call.path("object");
    if (!call.operations.catalogue().find(object + ".reveal")) return Error{Errc::not_found, "object", "没有这种记录"};
    auto const full =
        call.perform(object + ".reveal", input_of({{"id", call.path("id")}, {"field", call.path("field")}}));
    if (!full && full.error().code != Errc::forbidden) return full.error();
    auto view = web::View{};
    view.page = "record/revealed";
    view.is_fragment = true;
    auto& allocator = view.data.GetAllocator();
    auto value = full ? json::find_string(*full, "value").value_or("") : std::string{};
    auto const* kind = record::find_kind(object);
    auto const* column = kind ? record::column_of(*kind, call.path("field")) : nullptr;
    auto const is_phone = !column || column->show == record::Show::phone;
    if (!is_phone && !value.empty()) value = record::kept_in_words(call, *column, value);
    if (full && value.empty()) value = "（空）";
    auto const is_number = is_phone && value.find_first_not_of("0123456789-+ ") == std::string::npos;
    json::set(view.data, "number", is_number ? value : "", allocator);
    json::set(view.data, "words", is_number ? "" : value, allocator);
    json::set(view.data, "refusal", full ? "" : full.error().message, allocator);
    return view;
}

}  // namespace

void add_reveal(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::post, "/app/reveal/{object}/{id}/{field}", "self", reveal});
}

}  // namespace wescrm::pages
