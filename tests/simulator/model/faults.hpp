#pragma once
#include <wescrm/base/json.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::simulator {

/// A misbehaviour of the platform, switched on until its count is used up or it is taken away.
struct Fault {
    std::uint64_t id = 0;
    std::string kind;
    std::string api;         ///< "message/send"; empty: every call
    std::string target;      ///< of callbacks: "app/1000002"; empty: every callback
    std::int64_t count = 0;  ///< how often it strikes; 0: until taken away
    std::int64_t struck = 0;
    double probability = 1.0;
    std::int64_t milliseconds = 0;   ///< delay
    std::int64_t errcode = -1;       ///< error
    std::int64_t status = 502;       ///< http_status
    std::int64_t copies = 2;         ///< duplicate_delivery: deliveries altogether
    std::int64_t department_id = 0;  ///< department_forbidden; 0: the one that is asked for
    std::int64_t keep = 0;           ///< partial_list: entries kept; 0: half
};

/// The faults that are on. Kinds of calls: delay, drop (connection ends without an answer being useful: 504 after the
/// delay), error, http_status, garbage, lost_response (done, then the answer is lost), partial_list, empty_list,
/// department_forbidden, cursor_loop, expired_token. Kinds of callbacks: delay_delivery, drop_delivery,
/// duplicate_delivery, reorder.
class Faults {
public:
    /// invalid_input "kind" if there is no such fault.
    Result<Fault> add(json::Value const& value);
    bool remove(std::uint64_t id);
    void clear() { faults_.clear(); }
    void seed(std::uint64_t seed) { random_.seed(seed); }

    /// A fault of that kind that strikes this call now; null if none. Valid until the next change.
    Fault const* strike_call(std::string_view kind, std::string_view api);
    Fault const* strike_delivery(std::string_view kind, std::string_view target);

    [[nodiscard]] std::vector<Fault> const& all() const { return faults_; }
    [[nodiscard]] static bool is_kind(std::string_view kind);

private:
    bool strikes(Fault& fault);

    std::vector<Fault> faults_;
    std::uint64_t last_id_ = 0;
    std::mt19937_64 random_{1};
};

[[nodiscard]] std::string to_json(Fault const& fault);

}  // namespace wescrm::simulator
