#include "../org_forms.hpp"
#include "../pages.hpp"
#include "../record/pick.hpp"
#include "../record/values.hpp"
#include "../showing.hpp"

#include <wescrm/operation/permissions.hpp>

#include <algorithm>
#include <array>

// 审批设置: which documents need consent, above which amount. 编号规则: how documents are numbered.
namespace wescrm::pages {
namespace {

using record::Words;

Words document_modes() { return {{"none", "不需要审批"}, {"superior", "负责人的上级审批"}}; }
Words restarts() { return {{"daily", "每天"}, {"monthly", "每月"}, {"yearly", "每年"}, {"never", "不重置"}}; }

constexpr std::string_view approvals_path = "/admin/approval-settings";
constexpr std::string_view numbering_path = "/admin/numbering";

std::string document_text(json::Value const& item, std::string_view member) {
    auto const number = json::find_integer(item, member);
    return number ? std::to_string(*number) : json::find_string(item, member).value_or("");
}

/// What was typed for the object that did not go through stays in its row, with what is wrong.
struct DocumentRefused {
    std::string object;
    Error problem;
};

std::string problem_of(std::optional<DocumentRefused> const& refused, std::string const& object) {
    if (!refused || refused->object != object) return {};
    auto const& problem = refused->problem;
    return problem.fields.empty() ? problem.message : problem.fields.front().message;
}

std::string_view hint_of(std::string_view object) {
    if (object == "discount") return "报价单或订单有低于价格表底价的明细时，按总金额算";
    if (object == "export") return "按条数算；同意后本人才能下载文件";
    return {};
}

void add_row_words(web::PageCall& call, json::Value& item, std::optional<DocumentRefused> const& refused,
                   json::Allocator& allocator) {
    auto const object = document_text(item, "object");
    auto const problem = problem_of(refused, object);
    auto const typed = [&](std::string_view name, std::string const& stored) {
        return problem.empty() ? stored : call.value(name);
    };
    json::set(item, "row_problem", problem, allocator);
    json::set(item, "row_version", document_text(item, "version"), allocator);
    if (auto const above = json::find_integer(item, "above_fen")) {
        json::set(item, "modes",
                  record::choices_of(document_modes(), typed("mode", document_text(item, "mode")), allocator),
                  allocator);
        auto const rows = json::find_integer(item, "above_count").value_or(0);
        json::set(item, "row_hint", hint_of(object), allocator);
        json::set(item, "counts_rows", json::Value{object == "export"}, allocator);
        json::set(item, "row_count", typed("above_count", rows == 0 ? "" : std::to_string(rows)), allocator);
        json::set(item, "row_above", typed("above_fen", *above == 0 ? "" : record::yuan(*above)), allocator);
    } else {
        json::set(item, "restarts",
                  record::choices_of(restarts(), typed("restart", document_text(item, "restart")), allocator),
                  allocator);
        json::set(item, "row_prefix", typed("prefix", document_text(item, "prefix")), allocator);
        json::set(item, "row_digits", typed("digits", document_text(item, "digits")), allocator);
    }
}

Result<web::View> list_documents(web::PageCall& call, std::string_view operation, std::string_view page,
                                 std::string_view title, std::optional<DocumentRefused> const& refused) {
    auto const found = call.perform(operation, json::Document{rapidjson::kObjectType});
    if (!found) return found.error();
    auto view = web::View{};
    view.page = page;
    view.title = title;
    auto& allocator = view.data.GetAllocator();
    auto items = json::Value{};
    items.CopyFrom((*found)["items"], allocator);
    items.Erase(std::remove_if(items.Begin(), items.End(),
                               [&](auto const& item) {
                                   return operation::is_switched_off(call.ctx.actor(), text_of(item, "object"));
                               }),
                items.End());
    for (auto& item : items.GetArray()) add_row_words(call, item, refused, allocator);
    json::set(view.data, "items", std::move(items), allocator);
    if (refused) view.status = refused->problem.code == Errc::invalid_input ? 422 : 409;
    if (call.value("done") == "saved") view.toast = "已保存";
    return view;
}

Result<web::View> approvals(web::PageCall& call, std::optional<DocumentRefused> const& refused) {
    return list_documents(call, "approval_setting.list", "setup/approval_settings", "审批设置", refused);
}

Result<web::View> numbering(web::PageCall& call, std::optional<DocumentRefused> const& refused) {
    return list_documents(call, "numbering_rule.list", "setup/numbering", "编号规则", refused);
}

/// The typed fields as the operation's input.
Result<json::Document> typed_document(web::PageCall& call, std::string_view operation,
                                      std::initializer_list<char const*> fields) {
    auto input = input_of({{"object", call.path("object")}});
    auto const* entry = call.operations.catalogue().find(operation);
    for (auto const* name : fields) {
        auto const* field = entry ? record::find_field(*entry, name) : nullptr;
        auto const sent = call.value(name);
        if (!field || sent.empty()) continue;
        auto value = record::value_from(sent, *field, call.ctx.zone(), input.GetAllocator());
        if (!value) return value.error();
        json::set(input, name, std::move(*value), input.GetAllocator());
    }
    return input;
}

using ShowPage = Result<web::View> (*)(web::PageCall&, std::optional<DocumentRefused> const&);

Result<web::View> save_document(web::PageCall& call, std::string_view operation, Result<json::Document> input,
                                std::string_view path, ShowPage page) {
    if (input) add_version(call, *input);
    auto const saved = input ? call.perform(operation, *input) : Result<json::Document>{input.error()};
    if (saved) return web::View::to(std::string{path} + "?done=saved");
    if (saved.error().code == Errc::unavailable || saved.error().code == Errc::not_found) return saved.error();
    return page(call, DocumentRefused{call.path("object"), saved.error()});
}

Result<web::View> save_approvals(web::PageCall& call) {
    auto input = typed_document(call, "approval_setting.change", {"mode", "above_fen", "above_count"});
    if (input && call.value("above_fen").empty()) json::set(*input, "above_fen", json::Value{0}, input->GetAllocator());
    if (input && call.value("above_count").empty())
        json::set(*input, "above_count", json::Value{0}, input->GetAllocator());
    return save_document(call, "approval_setting.change", std::move(input), approvals_path, approvals);
}

Result<web::View> save_numbering(web::PageCall& call) {
    return save_document(call, "numbering_rule.change",
                         typed_document(call, "numbering_rule.change", {"prefix", "restart", "digits"}), numbering_path,
                         numbering);
}

// The first number of today by what stands in the fields, while somebody types.
Result<web::View> preview_document(web::PageCall& call) {
    auto const input = typed_document(call, "numbering_rule.preview", {"prefix", "restart", "digits"});
    auto const shown = input ? call.perform("numbering_rule.preview", *input) : Result<json::Document>{input.error()};
    auto view = web::View{};
    view.page = "setup/number";
    view.is_fragment = true;
    auto& allocator = view.data.GetAllocator();
    if (shown)
        json::set(view.data, "example", json::find_string(*shown, "example").value_or(""), allocator);
    else
        json::set(view.data, "wrong",
                  shown.error().fields.empty() ? shown.error().message : shown.error().fields.front().message,
                  allocator);
    return view;
}

}  // namespace

void add_document_settings(web::Pages& pages) {
    using http::Method;
    auto const approval = std::string{approvals_path};
    auto const number = std::string{numbering_path};
    pages.add(web::PageRoute{Method::get, approval, "approval.manage",
                             [](web::PageCall& call) { return approvals(call, std::nullopt); }});
    pages.add(web::PageRoute{Method::post, approval + "/{object}", "approval.manage", save_approvals});
    pages.add(web::PageRoute{Method::get, number, "company.edit",
                             [](web::PageCall& call) { return numbering(call, std::nullopt); }});
    pages.add(web::PageRoute{Method::get, number + "/{object}/preview", "company.edit", preview_document});
    pages.add(web::PageRoute{Method::post, number + "/{object}", "company.edit", save_numbering});
    pages.add(web::NavigationItem{approval, "审批设置", "stamp", "approval.manage", "管理"});
    pages.add(web::NavigationItem{number, "编号规则", "order", "company.edit", "管理"});
}

}  // namespace wescrm::pages
