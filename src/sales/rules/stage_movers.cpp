#include "rules/stage_movers.hpp"

#include <wescrm/base/text.hpp>

#include <algorithm>

namespace wescrm::sales {
namespace {

template <class Id>
bool have_common(std::vector<Id> const& some, std::vector<Id> const& others) {
    return std::ranges::any_of(some, [&](Id const& one) { return std::ranges::find(others, one) != others.end(); });
}

bool is_mover(Stage const& stage, Mover const& who) {
    return !has_movers(stage) || who.is_free || std::ranges::count(stage.mover_user_ids, who.user) > 0 ||
           have_common(stage.mover_department_ids, who.departments) || have_common(stage.mover_role_ids, who.roles);
}

Error not_his(Stage const& stage, std::string_view way) {
    auto const who = stage.mover_names.empty() ? std::string{"管理员"} : text::join(stage.mover_names, "、");
    return {Errc::forbidden, "stage_movers",
            "只有" + who + "可以把商机" + std::string{way} + "「" + stage.name + "」阶段，请联系他们"};
}

}  // namespace

bool has_movers(Stage const& stage) {
    return !stage.mover_user_ids.empty() || !stage.mover_department_ids.empty() || !stage.mover_role_ids.empty();
}

Result<void> check_movers(Stage const* from, Stage const& to, Mover const& mover) {
    if (from && from->mover_guards != "into" && !is_mover(*from, mover)) return not_his(*from, "移出");
    if (to.mover_guards != "out" && !is_mover(to, mover)) return not_his(to, "移入");
    return {};
}

}  // namespace wescrm::sales
