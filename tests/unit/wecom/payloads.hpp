#pragma once
#include <wescrm/wecom/message.hpp>

#include <gtest/gtest.h>

#include <string>

namespace wescrm::wecom {

inline json::Document parse(std::string const& text) {
    auto document = json::parse(text);
    EXPECT_TRUE(document) << text;
    return document ? std::move(*document) : json::Document{};
}

/// Why WeCom would refuse it; empty if it would not.
inline std::string problem_of(json::Value const& payload) {
    auto const message = Message::from(payload);
    return message ? std::string{} : message.error().message;
}
inline std::string problem_of(std::string const& payload) { return problem_of(parse(payload)); }

inline std::string repeated(std::string const& text, std::size_t times) {
    auto all = std::string{};
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

/// `count` copies of `pattern` in a JSON array; '#' stands for the number of the copy.
inline std::string array_of(std::string const& pattern, std::size_t count) {
    auto all = std::string{"["};
    for (std::size_t i = 0; i < count; ++i) {
        auto entry = pattern;
        for (auto at = entry.find('#'); at != std::string::npos; at = entry.find('#'))
            entry.replace(at, 1, std::to_string(i));
        all += (i ? "," : "") + entry;
    }
    return all + "]";
}

}  // namespace wescrm::wecom
