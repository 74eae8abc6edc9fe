#include "pool_words.hpp"

namespace wescrm::pages::pool {

std::string_view rule_word(std::string_view kind) {
    if (kind == "no_follow") return "未跟进";
    if (kind == "no_deal") return "未成交";
    if (kind == "no_opportunity") return "未建商机";
    if (kind == "first_follow") return "首次跟进";
    if (kind == "contract_end") return "合同到期";
    if (kind == "follow_count") return "跟进次数";
    return kind;
}

std::string_view entry_word(std::string_view entry) {
    if (entry == "recycle") return "自动";
    if (entry == "return") return "退回";
    if (entry == "recall") return "收回";
    if (entry == "create") return "新建";
    if (entry == "import") return "导入";
    if (entry == "move") return "移入";
    return entry;
}

}  // namespace wescrm::pages::pool
