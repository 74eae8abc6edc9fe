#include "single.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/org/employee_words.hpp>
#include <wescrm/sales/lookup.hpp>
#include <wescrm/tables/cells.hpp>

#include <algorithm>
#include <cmath>
#include <set>

// What stands in the cells of a row, as the input of the operation that makes or changes the record.
namespace wescrm::exchange {
namespace {

constexpr double fen_per_yuan = 100;
constexpr double e4_per_yuan = 10'000;
constexpr double greatest = 9e15;

std::optional<double> number_from(std::string typed) {
    for (auto const* mark : {",", "，", "%", "元", "¥", "￥"}) typed = text::replace_all(typed, mark, "");
    auto const plain = tables::plain_number(typed);
    if (!plain) return std::nullopt;
    auto const value = std::stod(*plain);
    return std::abs(value) < greatest ? std::optional{value} : std::nullopt;
}

std::optional<std::int64_t> whole_from(std::string const& typed, double factor) {
    auto const value = number_from(typed);
    if (!value) return std::nullopt;
    auto const whole = std::llround(*value * factor);
    if (std::abs(static_cast<double>(whole) - *value * factor) > 1e-6 * factor) return std::nullopt;
    return whole;
}

std::vector<std::string> words_in(std::string typed) {
    for (auto const* mark : {"，", "、", "；", ";", "\n"}) typed = text::replace_all(std::move(typed), mark, ",");
    auto words = std::vector<std::string>{};
    for (auto const& part : text::split(typed, ','))
        if (auto const word = text::trim(part); !word.empty()) words.emplace_back(word);
    return words;
}

class Reader {
public:
    Reader(operation::Context& ctx, Lists const& lists, SingleKind const& kind, sales::BulkRow const& row)
        : ctx_{ctx}, lists_{lists}, kind_{kind}, typed_{row.values} {
        row_.number = row.number;
    }

    SingleRow read() {
        for (auto const& cell : kind_.cells) {
            auto const found = typed_.find(std::string{cell.key});
            if (found != typed_.end()) take(cell, std::string{text::trim(found->second)});
        }
        auto own = sales::own_values_from(ctx_, kind_.object, typed_, row_.problems);
        if (!own.ObjectEmpty()) set("custom", json::Value{own, allocator()});
        if (!kind_.lines.empty()) gather_line();
        if (kind_.is_of_people) find_person();
        return std::move(row_);
    }

private:
    json::Allocator& allocator() { return row_.input.GetAllocator(); }
    void set(std::string_view key, json::Value value) { json::set(row_.input, key, std::move(value), allocator()); }
    void set_text(std::string_view key, std::string const& value) { set(key, json::make_string(value, allocator())); }
    void complain(SingleCell const& cell, std::string const& what) {
        row_.problems.push_back(label_of(lists_, kind_, cell) + "：" + what);
    }
    void take(SingleCell const& cell, std::string const& typed) {
        if (typed.empty()) return;
        if (cell.key == "no") {
            row_.no = typed;
            return;
        }
        if (cell.key == kind_.group) row_.group = typed;
        if (cell.key == group_key) return;
        if (cell.key == submit_key) {
            if (typed != "是" && typed != "否") return complain(cell, "应为 是 或 否");
            row_.submits = typed == "是";
            return;
        }
        if (cell.key == state_key) {
            row_.state = typed;
            return;
        }
        switch (cell.kind) {
            case CellKind::text:
                return set_text(cell.key, typed);
            case CellKind::phone:
                return take_phone(cell, typed);
            case CellKind::money:
            case CellKind::integer:
                return take_whole(cell, typed);
            case CellKind::unit_price:
                return take_unit_price(cell, typed);
            case CellKind::number:
                return take_number(cell, typed);
            case CellKind::date:
            case CellKind::instant:
                return take_time(cell, typed);
            case CellKind::boolean:
            case CellKind::word:
                return take_word(cell, typed);
            case CellKind::words:
                return take_words(cell, typed);
            case CellKind::person:
                return;
            case CellKind::customers:
                return take_ids(cell, typed,
                                [this](std::string const& word) { return sales::customer_by_words(ctx_, word); });
            case CellKind::superior:
            case CellKind::departments:
            case CellKind::roles:
                return take_of_person(cell, typed);
            default:
                return take_record(cell, typed);
        }
    }
    void take_phone(SingleCell const& cell, std::string const& typed) {
        auto const digits = tables::phone_of(typed);
        if (!digits) return complain(cell, "已变成科学计数法，丢失了位数；请把这一列设为文本再填写");
        set_text(cell.key, *digits);
    }
    void take_whole(SingleCell const& cell, std::string const& typed) {
        auto const is_money = cell.kind == CellKind::money;
        auto const whole = whole_from(typed, is_money ? fen_per_yuan : 1);
        if (!whole) return complain(cell, is_money ? "不是有效的金额，单位是元，最多两位小数" : "应为整数");
        set(cell.key, json::Value{*whole});
    }
    void take_unit_price(SingleCell const& cell, std::string const& typed) {
        auto const price = whole_from(typed, e4_per_yuan);
        if (!price) return complain(cell, "不是有效的单价，单位是元，最多四位小数");
        set(input_name(cell, cell.key), json::Value{*price});
    }
    void take_number(SingleCell const& cell, std::string const& typed) {
        auto const value = number_from(typed);
        if (!value) return complain(cell, "应为数字");
        set(cell.key, json::Value{*value});
    }
    void take_time(SingleCell const& cell, std::string const& typed) {
        if (cell.kind == CellKind::date) {
            auto const day = tables::read_date(typed);
            if (!day) return complain(cell, "不是有效的日期，例如 2026-11-27");
            return set_text(cell.key, format_date(*day));
        }
        auto const at = tables::read_instant(typed, ctx_.zone());
        if (!at) return complain(cell, "不是有效的时间，例如 2026-11-27 08:30");
        set_text(cell.key, format_rfc3339(*at));
    }
    void take_word(SingleCell const& cell, std::string const& typed) {
        if (cell.kind == CellKind::boolean) {
            if (typed != "是" && typed != "否") return complain(cell, "应为 是 或 否");
            return set(cell.key, json::Value{typed == "是"});
        }
        auto titles = std::vector<std::string>{};
        for (auto const& [title, value] : offered_words(ctx_, cell)) {
            if (title == typed) return set_text(cell.key, std::string{value});
            titles.emplace_back(title);
        }
        complain(cell, "应为 " + text::join(titles, "、") + " 之一");
    }
    void take_words(SingleCell const& cell, std::string const& typed) {
        auto list = json::Value{rapidjson::kArrayType};
        for (auto const& word : words_in(typed)) list.PushBack(json::make_string(word, allocator()), allocator());
        set(cell.key, std::move(list));
    }
    // Who a row is about: what stands in its cells together.
    void find_person() {
        auto const typed = [this](char const* key) {
            auto const found = typed_.find(key);
            return found == typed_.end() ? std::string{} : std::string{text::trim(found->second)};
        };
        auto const found = org::employee_by_table_words(ctx_, {typed("user_id"), typed("employee_no"), typed("name")});
        if (!found) return row_.problems.push_back(found.error().message);
        row_.known = sales::KnownRecord{found->id.value(), found->version, found->name};
        set_text("user_id", found->user_id.value());
        auto const no = typed("employee_no");
        if (!no.empty() && text::to_lower(no) != text::to_lower(found->no)) set_text("employee_no", no);
    }
    void take_of_person(SingleCell const& cell, std::string const& typed) {
        if (cell.kind == CellKind::superior) {
            if (typed == "默认") return set(cell.key, json::Value{});
            auto const found = org::colleague_by_words(ctx_, typed);
            if (!found) return complain(cell, found.error().message);
            return set_text(cell.key, found->value());
        }
        if (cell.kind == CellKind::departments && typed == "无")
            return set(cell.key, json::Value{rapidjson::kArrayType});
        if (cell.kind == CellKind::departments)
            return take_ids(cell, typed,
                            [this](std::string const& word) { return org::department_by_words(ctx_, word); });
        take_ids(cell, typed, [this](std::string const& word) { return org::role_by_words(ctx_, word); });
    }
    // In the order in which records show them.
    template <class Find>
    void take_ids(SingleCell const& cell, std::string const& typed, Find const& find) {
        auto ids = std::set<std::int64_t>{};
        for (auto const& word : words_in(typed)) {
            auto const found = find(word);
            if (!found) return complain(cell, found.error().message);
            ids.insert(found->value());
        }
        auto list = json::Value{rapidjson::kArrayType};
        for (auto const id : ids) list.PushBack(json::make_string(std::to_string(id), allocator()), allocator());
        set(cell.key, std::move(list));
    }
    void take_record(SingleCell const& cell, std::string const& typed) {
        switch (cell.kind) {
            case CellKind::customer: {
                auto const found = sales::customer_by_words(ctx_, typed);
                if (!found) return complain(cell, found.error().message);
                row_.customer = *found;
                return set_text(cell.key, std::to_string(found->value()));
            }
            case CellKind::employee: {
                auto const found = sales::employee_by_words(ctx_, typed);
                if (!found) return complain(cell, found.error().message);
                return set_text(cell.key, found->value());
            }
            case CellKind::product: {
                auto const found = sales::product_by_words(ctx_, typed);
                if (!found) return complain(cell, found.error().message);
                return set_text(cell.key, std::to_string(found->value()));
            }
            case CellKind::order: {
                auto const found = sales::order_by_words(ctx_, typed);
                if (!found) return complain(cell, found.error().message);
                row_.order = found->id;
                row_.customer = found->customer;
                return set_text(cell.key, std::to_string(found->id.value()));
            }
            case CellKind::contract: {
                auto const found = sales::contract_by_words(ctx_, typed);
                if (!found) return complain(cell, found.error().message);
                row_.order = found->order;
                row_.customer = found->customer;
                return set_text(cell.key, std::to_string(found->id.value()));
            }
            case CellKind::plan:
                return row_.order ? take_id(cell, sales::plan_by_period(ctx_, *row_.order, typed)) : void();
            case CellKind::title:
                return row_.customer ? take_id(cell, sales::invoice_title_by_words(ctx_, *row_.customer, typed))
                                     : void();
            case CellKind::target:
                return take_target(cell, typed);
            default:
                return take_stage(cell, typed);
        }
    }
    void take_id(SingleCell const& cell, Result<sales::RecordId> const& found) {
        if (!found) return complain(cell, found.error().message);
        set_text(cell.key, std::to_string(found->value()));
    }
    // The kind stands before it; without one it is a customer.
    void take_target(SingleCell const& cell, std::string const& typed) {
        if (!row_.input.HasMember("target_type")) set_text("target_type", "customer");
        take_id(cell, sales::target_by_words(ctx_, std::string{json::view(row_.input["target_type"])}, typed));
    }
    // The process stands before the stage, and an unnamed one is the default one.
    void take_stage(SingleCell const& cell, std::string const& typed) {
        auto const named = typed_.find("process_id");
        auto const process = sales::process_by_words(
            ctx_, named == typed_.end() ? std::string{} : std::string{text::trim(named->second)});
        if (!process) {
            if (cell.kind == CellKind::process) complain(cell, process.error().message);
            return;
        }
        set_text("process_id", std::to_string(process->value()));
        if (cell.kind == CellKind::process) return;
        auto const stage = sales::stage_by_words(ctx_, *process, typed);
        if (!stage) return complain(cell, stage.error().message);
        set_text(cell.key, std::to_string(stage->value()));
    }
    // What stands there of a line becomes one.
    void gather_line() {
        auto line = json::Value{rapidjson::kObjectType};
        for (auto const& cell : kind_.cells) {
            auto const member = row_.input.FindMember(input_name(cell, cell.key).c_str());
            if (cell.line_key.empty() || member == row_.input.MemberEnd()) continue;
            json::set(line, input_name(cell, cell.line_key), json::Value{member->value, allocator()}, allocator());
            row_.input.RemoveMember(member);
        }
        if (line.ObjectEmpty()) return;
        if (!line.HasMember(std::string{kind_.line_needs}.c_str())) {
            row_.problems.emplace_back("产品：填写了数量、单价或优惠时必填");
            return;
        }
        auto lines = json::Value{rapidjson::kArrayType};
        lines.PushBack(std::move(line), allocator());
        set(kind_.lines, std::move(lines));
    }

    operation::Context& ctx_;
    Lists const& lists_;
    SingleKind const& kind_;
    std::map<std::string, std::string> const& typed_;
    SingleRow row_;
};

}  // namespace

SingleRow read_single(operation::Context& ctx, Lists const& lists, SingleKind const& kind, sales::BulkRow const& row) {
    return Reader{ctx, lists, kind, row}.read();
}

}  // namespace wescrm::exchange
