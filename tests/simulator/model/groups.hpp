#pragma once
#include "model/organisation.hpp"

#include <wescrm/base/time.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace wescrm::simulator {

/// A group chat that an app made.
struct Group {
    std::string corp_id;
    AgentNumber agent_id = 0;
    std::string chatid;
    std::string name;
    std::string owner;
    std::vector<std::string> members;  ///< userids as they were given, in order
};

/// The address of a group to which whoever knows its key may send.
struct Webhook {
    std::string corp_id;
    std::string key;
    std::string name;
    std::deque<Instant> recent;  ///< sends of the last minute
};

/// What came to a group.
struct GroupMessage {
    std::uint64_t id = 0;
    Instant at;
    std::string corp_id;
    std::string chatid;   ///< of a group that an app made; or
    std::string webhook;  ///< the name of the webhook's group
    std::string kind;
    std::shared_ptr<std::string const> content;  ///< JSON of the member named like the kind
    std::vector<std::string> receivers;          ///< of an app's group: without those for whom it was one too many
    bool was_cut = false;
};

}  // namespace wescrm::simulator
