#pragma once
#include <wescrm/wecom/callback.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace wescrm::wecom {

/// One of the documented examples, which also seed the fuzzing.
inline std::string example(std::string const& file) {
    auto stream = std::ifstream{WESCRM_SOURCE_DIR "/tests/fuzz/wecom/corpus-inner/" + file, std::ios::binary};
    EXPECT_TRUE(stream) << file;
    return {std::istreambuf_iterator<char>{stream}, {}};
}

inline Callback parsed(std::string const& file) {
    auto callback = parse_callback(example(file));
    EXPECT_TRUE(callback) << file;
    return callback ? *callback : Callback{};
}

/// The content of an example; a test failure if it is of another type.
template <class T>
T content_of(std::string const& file) {
    auto const callback = parsed(file);
    auto const* content = std::get_if<T>(&callback.content);
    EXPECT_TRUE(content) << file << " is a " << callback.kind << " of another type";
    return content ? *content : T{};
}

inline std::vector<std::string> values(std::vector<UserId> const& users) {
    auto ids = std::vector<std::string>{};
    for (auto const& user : users) ids.push_back(user.value());
    return ids;
}

}  // namespace wescrm::wecom
