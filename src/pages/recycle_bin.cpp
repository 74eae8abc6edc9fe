#include "org_forms.hpp"
#include "pages.hpp"
#include "record/values.hpp"
#include "showing.hpp"

#include <array>

// 回收站: what was deleted, by kind, until when it can be brought back, and the button for that.
namespace wescrm::pages {
namespace {

constexpr int deleted_rows_shown = 30;
constexpr std::string_view bin_path = "/app/recycle-bin";

struct Binned {
    std::string_view object;
    std::string_view title;
};
constexpr auto deleted_kinds =
    std::to_array<Binned>({{"customer", "客户"}, {"contact", "联系人"}, {"lead", "线索"}, {"opportunity", "商机"}});

std::string chosen_deleted(web::PageCall& call) {
    auto const wanted = call.path("object").empty() ? call.value("object") : call.path("object");
    for (auto const& kind : deleted_kinds)
        if (kind.object == wanted) return wanted;
    return std::string{deleted_kinds.front().object};
}

json::Value deleted_row(web::PageCall& call, json::Value const& item, json::Allocator& allocator) {
    auto row = json::Value{rapidjson::kObjectType};
    auto const time = [&](std::string_view member) {
        return short_time(item, member, call.ctx.zone(), call.ctx.now());
    };
    json::set(row, "bin_id", text_of(item, "id"), allocator);
    json::set(row, "bin_name", text_of(item, "name"), allocator);
    json::set(row, "bin_no", text_of(item, "no"), allocator);
    json::set(row, "bin_owner", text_of(item, "owner_name"), allocator);
    json::set(row, "bin_deleted", time("deleted_at"), allocator);
    json::set(row, "bin_by", text_of(item, "deleted_by_name"), allocator);
    json::set(row, "bin_purged", time("purged_at"), allocator);
    json::set(row, "bin_merged", text_of(item, "merged_into_name"), allocator);
    auto const may = json::find_bool(item, "may_restore").value_or(false) &&
                     record::usable(call, text_of(item, "object") + ".restore") != nullptr;
    json::set(row, "bin_restorable", json::Value{may}, allocator);
    return row;
}

Result<web::View> list_deleted(web::PageCall& call) {
    auto const chosen = chosen_deleted(call);
    auto input = input_of({{"object", chosen}, {"q", call.value("q")}, {"cursor", call.value("cursor")}});
    json::set(input, "limit", json::Value{deleted_rows_shown}, input.GetAllocator());
    auto const found = call.perform("recycle_bin.list", input);
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "recycle_bin";
    view.title = "回收站";
    auto& allocator = view.data.GetAllocator();
    auto objects = json::Value{rapidjson::kArrayType};
    for (auto const& kind : deleted_kinds) {
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "object_name", kind.object, allocator);
        json::set(one, "object_title", kind.title, allocator);
        json::set(one, "object_on", json::Value{kind.object == chosen}, allocator);
        objects.PushBack(std::move(one), allocator);
    }
    json::set(view.data, "objects", std::move(objects), allocator);
    auto items = json::Value{rapidjson::kArrayType};
    for (auto const& item : (*found)["items"].GetArray()) items.PushBack(deleted_row(call, item, allocator), allocator);
    json::set(view.data, "items", std::move(items), allocator);
    json::set(view.data, "chosen", chosen, allocator);
    json::set(view.data, "filter_q", call.value("q"), allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    return view;
}

// A rule only warns: why it is another one is asked here as well.
void ask_reason(web::View& view, std::string const& record, Error const& problem) {
    auto& allocator = view.data.GetAllocator();
    auto list = json::Value{rapidjson::kArrayType};
    for (auto const& field : problem.fields) list.PushBack(json::make_string(field.message, allocator), allocator);
    json::set(view.data, "possible", std::move(list), allocator);
    json::set(view.data, "again", record, allocator);
}

// Somebody may have made the same record meanwhile: then the list says so and nothing changes.
Result<web::View> restore(web::PageCall& call) {
    auto const object = chosen_deleted(call);
    auto const done = call.perform(
        object + ".restore", input_of({{"id", call.path("id")}, {"duplicate_reason", call.value("duplicate_reason")}}));
    if (!done && (done.error().code == Errc::unavailable || done.error().code == Errc::forbidden)) return done.error();
    auto view = list_deleted(call);
    if (!view) return view;
    if (done) {
        view->toast = "已恢复「" + text_of(*done, "name") + "」";
        return view;
    }
    view->status = 409;
    if (done.error().reason == "possible_duplicate") {
        ask_reason(*view, call.path("id"), done.error());
        return view;
    }
    json::set(view->data, "problem",
              done.error().fields.empty() ? done.error().message : done.error().fields.front().message,
              view->data.GetAllocator());
    return view;
}

}  // namespace

void add_recycle_bin(web::Pages& pages) {
    using http::Method;
    auto const path = std::string{bin_path};
    pages.add(web::PageRoute{Method::get, path, "self", list_deleted});
    pages.add(web::PageRoute{Method::post, path + "/{object}/{id}/restore", "self", restore});
    pages.add(web::NavigationItem{path, "回收站", "undo", "customer.view", ""});
}

}  // namespace wescrm::pages
