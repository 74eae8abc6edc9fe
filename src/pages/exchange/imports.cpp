#include "../choices.hpp"
#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../showing.hpp"

#include <wescrm/base/encoding.hpp>
#include <wescrm/base/text.hpp>

#include <array>
#include <span>

// 导入: a file is uploaded, its columns are mapped, every row is checked, the good ones are written, and for a while
// all of it can be taken back. One page shows the import wherever it is.
namespace wescrm::pages {
namespace {

constexpr int shown_rows = 50;
constexpr std::string_view by_rules_choice = "rules";
using Word = ValueAndTitle;
constexpr auto import_objects = std::array<Word, 13>{{{"customer", "客户"},
                                                      {"lead", "线索"},
                                                      {"contact", "联系人"},
                                                      {"followup", "跟进记录"},
                                                      {"opportunity", "商机"},
                                                      {"product", "产品"},
                                                      {"order", "订单"},
                                                      {"payment_plan", "回款计划"},
                                                      {"payment", "回款"},
                                                      {"invoice", "发票"},
                                                      {"price_book", "价格表"},
                                                      {"tag", "标签"},
                                                      {"employee", "员工资料"}}};
constexpr auto import_modes = std::array<Word, 4>{{{"create", "只新建，重复的行算失败"},
                                                   {"skip", "只新建，跳过已有的记录"},
                                                   {"update", "只更新已有的记录"},
                                                   {"create_or_update", "已有的更新，没有的新建"}}};
constexpr std::size_t update_mode = 2;  // people come from WeCom
constexpr auto import_states = std::array<Word, 8>{{{"mapping", "待设置"},
                                                    {"checking", "检查中"},
                                                    {"checked", "待导入"},
                                                    {"running", "导入中"},
                                                    {"done", "已完成"},
                                                    {"undoing", "撤销中"},
                                                    {"undone", "已撤销"},
                                                    {"failed", "没有完成"}}};
constexpr auto import_steps =
    std::array<Word, 4>{{{"upload", "上传文件"}, {"mapping", "对应列"}, {"check", "检查数据"}, {"result", "导入结果"}}};

template <std::size_t N>
std::string_view word_for(std::array<Word, N> const& words, std::string_view value) {
    for (auto const& [known, title] : words)
        if (known == value) return title;
    return {};
}

json::Value steps_of(std::size_t current, json::Allocator& allocator) {
    auto list = json::Value{rapidjson::kArrayType};
    for (auto i = std::size_t{0}; i < import_steps.size(); ++i) {
        auto step = json::Value{rapidjson::kObjectType};
        json::set(step, "step_number", std::to_string(i + 1), allocator);
        json::set(step, "step_title", import_steps.at(i).second, allocator);
        json::set(step, "step_now", json::Value{i == current}, allocator);
        json::set(step, "step_done", json::Value{i < current}, allocator);
        list.PushBack(std::move(step), allocator);
    }
    return list;
}

std::size_t step_of(std::string_view state) {
    if (state == "mapping") return 1;
    return state == "checking" || state == "checked" ? 2 : 3;
}

std::string number_in(json::Value const& object, char const* member) {
    return std::to_string(json::find_integer(object, member).value_or(0));
}

json::Value permitted(web::PageCall& call, std::string_view chosen, json::Allocator& allocator) {
    auto may = json::Value{rapidjson::kArrayType};
    for (auto const& [object, title] : import_objects) {
        if (!call.ctx.may(std::string{object} + ".import")) continue;
        auto one = json::Value{rapidjson::kObjectType};
        json::set(one, "may_object", object, allocator);
        json::set(one, "may_title", title, allocator);
        json::set(one, "may_chosen", json::Value{object == chosen}, allocator);
        may.PushBack(std::move(one), allocator);
    }
    return may;
}

Result<web::View> list_imports(web::PageCall& call) {
    auto const found = call.perform("import.list", input_of({{"cursor", call.value("cursor")}}));
    if (!found) return found.error();
    auto view = web::View{};
    view.page = "exchange/imports";
    view.title = "导入记录";
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{(*found)["items"], allocator};
    for (auto& item : items.GetArray()) {
        auto const state = json::find_string(item, "state").value_or("");
        json::set(item, "i_object", word_for(import_objects, json::find_string(item, "object").value_or("")),
                  allocator);
        json::set(item, "i_state", word_for(import_states, state), allocator);
        json::set(item, "i_good", json::Value{state == "done"}, allocator);
        json::set(item, "i_bad", json::Value{state == "failed"}, allocator);
        json::set(item, "i_busy", json::Value{state.ends_with("ing") && state != "mapping"}, allocator);
        for (auto const* count : {"row_count", "created_count", "updated_count", "failed_count"})
            json::set(item, "i_" + std::string{count}, number_in(item, count), allocator);
        json::set(item, "i_made", short_time(item, "created_at", call.ctx.zone(), call.ctx.now()), allocator);
    }
    json::set(view.data, "items", std::move(items), allocator);
    auto const next = json::find_string(*found, "next_cursor");
    json::set(view.data, "next", next ? query_with(call.request.query, "cursor", *next) : "", allocator);
    json::set(view.data, "may", permitted(call, {}, allocator), allocator);
    return view;
}

// Which records a file holds is chosen first.
Result<web::View> choose(web::PageCall& call) {
    auto view = web::View{};
    view.page = "exchange/choose";
    view.title = "导入";
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "may", permitted(call, {}, allocator), allocator);
    json::set(view.data, "steps", steps_of(0, allocator), allocator);
    return view;
}

Result<web::View> show_upload(web::PageCall& call, std::optional<Error> const& problem) {
    auto const object = call.path("object");
    auto const title = word_for(import_objects, object);
    if (title.empty()) return Error{Errc::not_found, "object"};
    auto const fields = call.perform("import.fields", input_of({{"object", object}}));
    if (!fields) return fields.error();
    auto view = web::View{};
    view.page = "exchange/upload";
    view.title = "导入" + std::string{title};
    auto& allocator = view.data.GetAllocator();
    json::set(view.data, "object", object, allocator);
    json::set(view.data, "object_title", title, allocator);
    json::set(view.data, "steps", steps_of(0, allocator), allocator);
    json::set(view.data, "may", permitted(call, object, allocator), allocator);
    json::set(view.data, "fields", json::Value{(*fields)["items"], allocator}, allocator);
    if (problem) {
        view.status = 422;
        json::set(view.data, "problem", problem->fields.empty() ? problem->message : problem->fields.front().message,
                  allocator);
    }
    return view;
}

Result<web::View> upload_import(web::PageCall& call) {
    auto const refuse = [&call](std::string message) {
        return show_upload(call, Error{Errc::invalid_input, "file", std::move(message)});
    };
    if (call.files.empty() || call.files.front().content.empty()) return refuse("请选择一个 xlsx 或 CSV 文件");
    auto input = input_of({{"object", call.path("object")}, {"file_name", call.files.front().file_name}});
    json::set(input, "content", to_base64(call.files.front().content), input.GetAllocator());
    auto const made = call.perform("import.create", input);
    if (!made && made.error().code == Errc::invalid_input) return show_upload(call, made.error());
    if (!made) return made.error();
    return web::View::to("/app/imports/" + json::find_string(*made, "id").value_or(""));
}

/// Fills the page of one import.
class ImportPage {
public:
    ImportPage(web::PageCall& call, json::Document const& import)
        : call_{call}, import_{import}, state_{json::find_string(import, "state").value_or("")} {
        view_.page = "exchange/import";
        view_.title = "导入" + std::string{word_for(import_objects, json::find_string(import, "object").value_or(""))};
        view_.data = copy_of(import);
    }
    Result<web::View> make() {
        auto& allocator = view_.data.GetAllocator();
        auto const busy = state_ == "checking" || state_ == "running" || state_ == "undoing";
        set("object_title", word_for(import_objects, json::find_string(import_, "object").value_or("")));
        set("state_title", word_for(import_states, state_));
        json::set(view_.data, "steps", steps_of(step_of(state_), allocator), allocator);
        for (auto const* state : {"mapping", "checked", "done", "undone", "failed"})
            json::set(view_.data, "is_" + std::string{state}, json::Value{state_ == state}, allocator);
        json::set(view_.data, "is_busy", json::Value{busy}, allocator);
        for (auto const* count : {"row_count", "position", "created_count", "updated_count", "skipped_count",
                                  "failed_count", "undone_count"})
            set(std::string{count} + "_text", number_in(import_, count));
        json::set(view_.data, "has_good",
                  json::Value{json::find_integer(import_, "created_count").value_or(0) +
                                  json::find_integer(import_, "updated_count").value_or(0) >
                              0},
                  allocator);
        json::set(view_.data, "some_failed", json::Value{json::find_integer(import_, "failed_count").value_or(0) > 0},
                  allocator);
        set("undo_text", short_time(import_, "undo_until", call_.ctx.zone(), call_.ctx.now()));
        set("earlier_text", short_time(import_, "earlier_at", call_.ctx.zone(), call_.ctx.now()));
        set("mode_title", word_for(import_modes, json::find_string(import_, "mode").value_or("")));
        if (state_ == "mapping")
            if (auto const done = add_mapping(); !done) return done.error();
        if (state_ == "checked" || state_ == "done" || state_ == "undone")
            if (auto const done = add_rows(); !done) return done.error();
        return std::move(view_);
    }
    void complain(Error const& error) {
        view_.status = 422;
        set("problem_text", error.fields.empty() ? error.message : error.fields.front().message);
    }

private:
    void set(std::string_view name, std::string_view value) {
        json::set(view_.data, name, value, view_.data.GetAllocator());
    }
    Result<void> add_mapping() {
        auto const fields =
            call_.perform("import.fields", input_of({{"object", json::find_string(import_, "object").value_or("")}}));
        if (!fields) return fields.error();
        auto& allocator = view_.data.GetAllocator();
        auto columns = json::Value{rapidjson::kArrayType};
        auto const& headers = import_["headers"];
        for (auto i = rapidjson::SizeType{0}; i < headers.Size(); ++i)
            columns.PushBack(column(i, (*fields)["items"]), allocator);
        json::set(view_.data, "columns", std::move(columns), allocator);
        auto const of_people = json::find_string(import_, "object") == "employee";
        auto const offered = of_people ? std::span{import_modes}.subspan(update_mode, 1) : std::span{import_modes};
        json::set(view_.data, "modes",
                  options_of_choices(offered, json::find_string(import_, "mode").value_or(""), allocator), allocator);
        json::set(view_.data, "of_people", json::Value{of_people}, allocator);
        add_pools();
        json::set(view_.data, "offers_rules", json::Value{json::find_string(import_, "object") == "lead"}, allocator);
        json::set(view_.data, "chosen_rules", json::Value{json::find_bool(import_, "assign_by_rules").value_or(false)},
                  allocator);
        return {};
    }
    json::Value column(rapidjson::SizeType index, json::Value const& fields) {
        auto& allocator = view_.data.GetAllocator();
        auto view = json::Value{rapidjson::kObjectType};
        auto const typed = call_.form.find("col." + std::to_string(index));
        auto const chosen = typed ? std::string{*typed} : std::string{json::view(import_["mapping"][index])};
        json::set(view, "c_index", std::to_string(index), allocator);
        json::set(view, "c_header", json::view(import_["headers"][index]), allocator);
        json::set(view, "c_mapped", json::Value{chosen != "-"}, allocator);
        auto examples = std::vector<std::string>{};
        for (auto const& sample : import_["samples"].GetArray())
            if (index < sample.Size() && sample[index].GetStringLength() > 0 && examples.size() < 3)
                examples.push_back(text::truncate(json::view(sample[index]), 20));
        json::set(view, "c_examples", text::join(examples, " · "), allocator);
        auto options = json::Value{rapidjson::kArrayType};
        for (auto const& field : fields.GetArray()) {
            auto option = json::Value{rapidjson::kObjectType};
            auto const key = json::find_string(field, "key").value_or("");
            json::set(option, "o_value", key, allocator);
            json::set(option, "o_title",
                      json::find_string(field, "label").value_or("") +
                          (json::find_bool(field, "required").value_or(false) ? " *" : ""),
                      allocator);
            json::set(option, "o_chosen", json::Value{key == chosen}, allocator);
            options.PushBack(std::move(option), allocator);
        }
        json::set(view, "c_options", std::move(options), allocator);
        return view;
    }
    void add_pools() {
        auto& allocator = view_.data.GetAllocator();
        auto const found = call_.perform("high_sea.list", json::Document{rapidjson::kObjectType});
        if (!found) return;
        for (auto const* name : {"high_sea_id", "overflow_id"}) {
            auto options = json::Value{rapidjson::kArrayType};
            for (auto const& pool : (*found)["items"].GetArray()) {
                if (json::find_string(pool, "object") != json::find_string(import_, "object")) continue;
                auto option = json::Value{rapidjson::kObjectType};
                auto const id = json::find_string(pool, "id").value_or("");
                json::set(option, "o_value", id, allocator);
                json::set(option, "o_title", json::find_string(pool, "name").value_or(""), allocator);
                json::set(option, "o_chosen", json::Value{json::find_string(import_, name) == id}, allocator);
                options.PushBack(std::move(option), allocator);
            }
            json::set(view_.data, name == std::string_view{"high_sea_id"} ? "pools" : "overflows", std::move(options),
                      allocator);
        }
    }
    Result<void> add_rows() {
        if (auto const noted = add_rows_of("noted", "noted", "noted_more"); !noted) return noted;
        return add_rows_of("error", "rows", "next_after_text");
    }
    Result<void> add_rows_of(std::string const& action, std::string_view member, std::string_view next_member) {
        auto input = input_of({{"id", json::find_string(import_, "id").value_or("")}, {"action", action}});
        json::set(input, "limit", json::Value{shown_rows}, input.GetAllocator());
        auto const after = call_.value("after");
        if (!after.empty() && action == "error")
            json::set(input, "after", json::Value{static_cast<std::int64_t>(std::atoll(after.c_str()))},
                      input.GetAllocator());
        auto const found = call_.perform("import.rows", input);
        if (!found) return found.error();
        auto& allocator = view_.data.GetAllocator();
        auto rows = json::Value{rapidjson::kArrayType};
        for (auto const& row : (*found)["items"].GetArray()) {
            auto view = json::Value{rapidjson::kObjectType};
            json::set(view, "r_number", number_in(row, "number"), allocator);
            json::set(view, "r_message", json::find_string(row, "message").value_or(""), allocator);
            auto cells = std::vector<std::string>{};
            for (auto const& cell : row["cells"].GetArray())
                if (cell.GetStringLength() > 0 && cells.size() < 4)
                    cells.push_back(text::truncate(json::view(cell), 24));
            json::set(view, "r_cells", text::join(cells, " · "), allocator);
            rows.PushBack(std::move(view), allocator);
        }
        json::set(view_.data, member, std::move(rows), allocator);
        auto const next = json::find_integer(*found, "next_after");
        json::set(view_.data, next_member, next ? std::to_string(*next) : "", allocator);
        return {};
    }

    web::PageCall& call_;
    json::Document const& import_;
    std::string state_;
    web::View view_;
};

Result<json::Document> import_of(web::PageCall& call) {
    return call.perform("import.show", input_of({{"id", call.path("id")}}));
}

Result<web::View> show_with(web::PageCall& call, Error const* problem) {
    auto const import = import_of(call);
    if (!import) return import.error();
    auto page = ImportPage{call, *import};
    if (problem) page.complain(*problem);
    return page.make();
}

web::View back(web::PageCall const& call) { return web::View::to("/app/imports/" + call.path("id")); }

// What was chosen, and then the check of all rows.
Result<web::View> settle(web::PageCall& call) {
    auto const import = import_of(call);
    if (!import) return import.error();
    auto input = input_of({{"id", call.path("id")}, {"mode", call.value("mode")}});
    auto& allocator = input.GetAllocator();
    add_version(call, input);
    auto mapping = json::Value{rapidjson::kArrayType};
    for (auto i = rapidjson::SizeType{0}; i < (*import)["headers"].Size(); ++i)
        mapping.PushBack(json::make_string(call.value("col." + std::to_string(i)), allocator), allocator);
    json::set(input, "mapping", std::move(mapping), allocator);
    auto const by_rules = call.value("high_sea_id") == by_rules_choice;
    json::set(input, "assign_by_rules", json::Value{by_rules}, allocator);
    for (auto const* pool : {"high_sea_id", "overflow_id"}) {
        auto const chosen = by_rules && pool == std::string_view{"high_sea_id"} ? std::string{} : call.value(pool);
        json::set(input, pool, chosen.empty() ? json::Value{} : json::make_string(chosen, allocator), allocator);
    }
    auto done = call.perform("import.change", input);
    if (done) done = call.perform("import.check", input_of({{"id", call.path("id")}}));
    if (done) return back(call);
    if (done.error().code != Errc::invalid_input) return done.error();
    auto const problem = done.error();
    return show_with(call, &problem);
}

// Back to the columns: a change of nothing opens them again.
Result<web::View> reopen(web::PageCall& call) {
    auto input = input_of({{"id", call.path("id")}});
    add_version(call, input);
    auto const changed = call.perform("import.change", input);
    if (!changed) return changed.error();
    return back(call);
}

Result<web::View> perform_and_return(web::PageCall& call, std::string_view operation) {
    auto const done = call.perform(operation, input_of({{"id", call.path("id")}}));
    if (!done) return done.error();
    return back(call);
}

}  // namespace

void add_imports(web::Pages& pages) {
    using http::Method;
    pages.add(web::PageRoute{Method::get, "/app/imports", "self", list_imports});
    pages.add(web::PageRoute{Method::get, "/app/imports/new", "self", choose});
    pages.add(web::PageRoute{Method::get, "/app/imports/new/{object}", "self",
                             [](web::PageCall& call) { return show_upload(call, {}); }});
    pages.add(web::PageRoute{Method::post, "/app/imports/upload/{object}", "self", upload_import});
    pages.add(web::PageRoute{Method::get, "/app/imports/{id}", "self",
                             [](web::PageCall& call) { return show_with(call, nullptr); }});
    pages.add(web::PageRoute{Method::post, "/app/imports/{id}/settings", "self", settle});
    pages.add(web::PageRoute{Method::post, "/app/imports/{id}/reopen", "self", reopen});
    pages.add(web::PageRoute{Method::post, "/app/imports/{id}/run", "self",
                             [](web::PageCall& call) { return perform_and_return(call, "import.run"); }});
    pages.add(web::PageRoute{Method::post, "/app/imports/{id}/undo", "self",
                             [](web::PageCall& call) { return perform_and_return(call, "import.undo"); }});
    pages.add(web::NavigationItem{"/app/imports", "导入导出", "exchange", "self", "", {"/app/exports"}});
}

}  // namespace wescrm::pages
