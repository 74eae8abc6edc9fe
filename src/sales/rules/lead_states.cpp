#include "lead_states.hpp"

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

struct Step {
    std::string_view from;
    LeadEvent event;
    std::string_view to;
};

constexpr auto steps = std::to_array<Step>({{"unassigned", LeadEvent::gain, "pending"},
                                            {"pending", LeadEvent::gain, "pending"},
                                            {"following", LeadEvent::gain, "following"},
                                            {"pending", LeadEvent::follow, "following"},
                                            {"following", LeadEvent::follow, "following"},
                                            {"pending", LeadEvent::enter_pool, "unassigned"},
                                            {"following", LeadEvent::enter_pool, "unassigned"},
                                            {"unassigned", LeadEvent::enter_pool, "unassigned"},
                                            {"pending", LeadEvent::invalidate, "invalid"},
                                            {"following", LeadEvent::invalidate, "invalid"},
                                            {"invalid", LeadEvent::reopen, "following"},
                                            {"pending", LeadEvent::convert, "converted"},
                                            {"following", LeadEvent::convert, "converted"},
                                            {"unassigned", LeadEvent::make_void, "void"},
                                            {"pending", LeadEvent::make_void, "void"},
                                            {"following", LeadEvent::make_void, "void"},
                                            {"invalid", LeadEvent::make_void, "void"},
                                            {"void", LeadEvent::restore, "following"}});

std::string_view verb(LeadEvent event) {
    switch (event) {
        case LeadEvent::gain:
            return "分配";
        case LeadEvent::follow:
            return "跟进";
        case LeadEvent::enter_pool:
            return "放入线索池";
        case LeadEvent::invalidate:
            return "标为无效";
        case LeadEvent::reopen:
            return "重新打开";
        case LeadEvent::convert:
            return "转化";
        case LeadEvent::make_void:
            return "作废";
        case LeadEvent::restore:
            return "恢复";
    }
    return "处理";
}

}  // namespace

std::string_view label_of_lead(std::string_view status) noexcept {
    if (status == "unassigned") return "未分配";
    if (status == "pending") return "待处理";
    if (status == "following") return "跟进中";
    if (status == "converted") return "已转换";
    if (status == "invalid") return "无效";
    return "作废";
}

Result<std::string> after(std::string_view status, LeadEvent event) {
    auto const found = std::find_if(steps.begin(), steps.end(),
                                    [&](auto const& step) { return step.from == status && step.event == event; });
    if (found != steps.end()) return std::string{found->to};
    return Error{Errc::conflict, status == "converted" ? "converted" : "status",
                 "“" + std::string{label_of_lead(status)} + "”的线索不能" + std::string{verb(event)}};
}

}  // namespace wescrm::sales
