#pragma once
#include <wescrm/base/time.hpp>

#include <cstddef>
#include <string>

namespace wescrm::bot {

struct Config {
    std::string app_name = "CRM 助手";  ///< how the app calls itself in cards and replies
    minutes question_expires{10};       ///< an open question
    minutes confirmation_expires{5};    ///< an open 确认
    minutes parked_expires{5};          ///< a command put aside by another one, for 继续
    minutes correctable{10};            ///< how long "不对, 是…" changes the last write
    minutes record_remembered{30};      ///< what 它 and 第二个 refer to
    std::size_t choices = 5;            ///< names offered at once
    std::size_t pools = 5;              ///< that 推荐 looks into
    std::size_t list_length = 10;       ///< lines of a list, then 下一页
    std::size_t names_remembered = 30;  ///< earlier choices of a person for an ambiguous name
    std::size_t lines_at_once = 10;     ///< commands of one message, one a line
    std::size_t vocabularies = 500;     ///< companies whose words are kept in memory
    std::size_t company_words = 2'000;  ///< of one company: levels, sources, industries, tags, products
};

}  // namespace wescrm::bot
