#pragma once
#include <wescrm/base/money.hpp>

#include <string>

namespace wescrm {

/// An amount in the numerals of cheques and contracts: 1,234.50 → 壹仟贰佰叁拾肆元伍角整. By the rules of
/// 《支付结算办法》 (appendix 1, 四、五): one 零 for zeros between digits, 整 after yuan and jiao.
[[nodiscard]] std::string capital_amount(Money amount);

}  // namespace wescrm
