#include "model/faults.hpp"

#include "protocol/json_out.hpp"

#include <algorithm>
#include <array>

namespace wescrm::simulator {
namespace {

constexpr auto faults_kinds = std::to_array<std::string_view>(
    {"delay", "drop", "error", "http_status", "garbage", "lost_response", "partial_list", "empty_list",
     "department_forbidden", "cursor_loop", "expired_token", "delay_delivery", "drop_delivery", "duplicate_delivery",
     "reorder"});

}  // namespace

bool Faults::is_kind(std::string_view kind) { return std::ranges::find(faults_kinds, kind) != faults_kinds.end(); }

Result<Fault> Faults::add(json::Value const& value) {
    auto fault = Fault{};
    fault.kind = json::find_string(value, "kind").value_or("");
    if (!is_kind(fault.kind)) return Error{Errc::invalid_input, "kind", "没有这种故障：" + fault.kind};
    fault.api = json::find_string(value, "api").value_or("");
    if (fault.api == "*") fault.api.clear();
    fault.target = json::find_string(value, "target").value_or("");
    fault.count = json::find_integer(value, "count").value_or(0);
    if (auto const* share = json::find(value, "probability"); share != nullptr && share->IsNumber()) {
        fault.probability = share->GetDouble();
    }
    fault.milliseconds = json::find_integer(value, "ms").value_or(fault.kind == "delay" ? 800 : 0);
    fault.errcode = json::find_integer(value, "errcode").value_or(-1);
    fault.status = json::find_integer(value, "status").value_or(502);
    fault.copies = std::clamp<std::int64_t>(json::find_integer(value, "copies").value_or(2), 1, 10);
    fault.department_id = json::find_integer(value, "department_id").value_or(0);
    fault.keep = json::find_integer(value, "keep").value_or(0);
    fault.id = ++last_id_;
    faults_.push_back(fault);
    return fault;
}

bool Faults::remove(std::uint64_t id) {
    return std::erase_if(faults_, [id](Fault const& fault) { return fault.id == id; }) > 0;
}

bool Faults::strikes(Fault& fault) {
    if (fault.count > 0 && fault.struck >= fault.count) return false;
    if (fault.probability < 1 && std::uniform_real_distribution<>{0, 1}(random_) >= fault.probability) return false;
    ++fault.struck;
    return true;
}

Fault const* Faults::strike_call(std::string_view kind, std::string_view api) {
    for (auto& fault : faults_) {
        if (fault.kind == kind && (fault.api.empty() || fault.api == api) && strikes(fault)) return &fault;
    }
    return nullptr;
}

Fault const* Faults::strike_delivery(std::string_view kind, std::string_view target) {
    for (auto& fault : faults_) {
        if (fault.kind == kind && (fault.target.empty() || fault.target == target) && strikes(fault)) return &fault;
    }
    return nullptr;
}

std::string to_json(Fault const& fault) {
    auto out = JsonOut{};
    out.object().id("id", fault.id).text("kind", fault.kind).text("api", fault.api).text("target", fault.target);
    out.number("count", fault.count).number("struck", fault.struck).real("probability", fault.probability);
    out.number("ms", fault.milliseconds).number("errcode", fault.errcode).number("status", fault.status);
    out.number("copies", fault.copies).number("department_id", fault.department_id).number("keep", fault.keep);
    out.flag("active", fault.count == 0 || fault.struck < fault.count).end();
    return out.take();
}

}  // namespace wescrm::simulator
