#pragma once
#include <wescrm/demo/demo.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace wescrm::demo {

struct Department {
    std::int64_t wecom_id = 0;
    std::int64_t parent_id = 0;  ///< 0: the root
    std::string name;
};
struct Member {
    std::string user_id;
    std::string name;
    std::string position;
    std::string mobile;
    std::int64_t department = 0;
    bool is_head = false;
    std::string superior;  ///< user id; "" for the head of the company
};
struct Organisation {
    std::vector<Department> departments;  ///< parents before children
    std::vector<Member> members;
};

inline constexpr std::string_view company_name = "星河智造科技有限公司";
inline constexpr std::string_view secret = "demo-secret-of-the-sales-app-0123456789abcd";
inline constexpr std::string_view token = "demoCallbackToken";
inline constexpr std::string_view aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
inline constexpr std::string_view contacts_secret = "demo-secret-of-the-contacts-0123456789abcde";
inline constexpr std::string_view contacts_token = "demoContactsToken";
inline constexpr std::string_view contacts_aes_key = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

/// Four levels; every department has a head, and everybody a superior up to the head of the company.
[[nodiscard]] Organisation organisation(Size size);

/// 王思远 and so on: the n-th person.
[[nodiscard]] std::string person_name(std::size_t n);

}  // namespace wescrm::demo
