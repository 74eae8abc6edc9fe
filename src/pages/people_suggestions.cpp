#include "org_forms.hpp"
#include "pages.hpp"

#include <wescrm/base/text.hpp>

// Names for the fields that take a colleague, while somebody types: in a large company not everybody fits into a list.
namespace wescrm::pages {
namespace {

constexpr int most_suggested = 20;

// The fields are called differently from form to form; of several names in one field the last is being typed.
std::string typed_person(web::PageCall const& call) {
    for (auto const& [name, value] : call.request.query) {
        auto const plain = text::replace_all(text::replace_all(value, "、", ","), "，", ",");
        auto const last = plain.find_last_of(", ");
        if (auto words = last == std::string::npos ? plain : plain.substr(last + 1); !words.empty()) return words;
    }
    return {};
}

Result<web::View> suggest_people(web::PageCall& call) {
    auto view = web::View{};
    view.page = "admin/people_suggestions";
    view.title = "同事";
    view.is_fragment = true;
    auto people = people_options(call, view.data.GetAllocator(), typed_person(call), most_suggested);
    if (!people) return people.error();
    json::set(view.data, "people", std::move(*people), view.data.GetAllocator());
    return view;
}

}  // namespace

void add_people_suggestions(web::Pages& pages) {
    pages.add(web::PageRoute{http::Method::get, "/admin/people-suggestions", "org.manage", suggest_people});
}

}  // namespace wescrm::pages
