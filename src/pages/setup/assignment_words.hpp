#pragma once
#include "../record/pick.hpp"

#include <map>

// What the pages of lead assignment share: a rule in words.
namespace wescrm::pages::assignment {

inline constexpr std::string_view path = "/admin/lead-assignment";
inline constexpr auto permission = "high_sea.manage";

[[nodiscard]] record::Words modes();
[[nodiscard]] record::Words days();

/// "官网、展会"
[[nodiscard]] std::string words_of(json::Value const& item, std::string_view member);

/// Names of people by user id, each asked for once.
class Names {
public:
    explicit Names(web::PageCall& call) : call_{call} {}
    [[nodiscard]] std::string of(std::string const& user);

private:
    web::PageCall& call_;
    std::map<std::string, std::string> known_;
};

/// "来源：官网、展会 · 工作日 18:00–22:00"; every lead: "全部线索".
[[nodiscard]] std::string conditions_of(json::Value const& rule);
/// "轮流：李敏、王芳（停）".
[[nodiscard]] std::string people_of(Names& names, json::Value const& rule);

/// One rule: making and changing it.
void add_form(web::Pages& pages);

}  // namespace wescrm::pages::assignment
