#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/sales/ids.hpp>

#include <boost/describe/class.hpp>

namespace wescrm::sales {

/// The last write that a person made in a chat, kept for 24 hours so that 撤销 can take it back.
struct UndoEntry {
    std::int64_t id = 0;
    std::string object;  ///< customer, contact, lead, opportunity, followup, task
    std::int64_t object_id = 0;
    std::string action;        ///< create, change, owner, tags
    std::int64_t version = 0;  ///< of the record after the write: another one means that somebody changed it since
    std::string label;         ///< for the answer: "新建客户 宏达科技"
    std::string before;        ///< JSON of the old values of a change; "{}" for a creation
};
BOOST_DESCRIBE_STRUCT(UndoEntry, (), (id, object, object_id, action, version, label, before))

/// Keeps the entry if the actor writes through the chat; nothing otherwise.
void remember_for_undo(operation::Context& ctx, UndoEntry const& entry);
/// How long a write can be taken back.
constexpr auto undo_kept_for = hours{24};
/// Keeps a merge, through whatever channel it was made.
void remember_merge(operation::Context& ctx, UndoEntry const& entry);
/// The last one into this customer that can still be taken back by its time, and who made it.
struct KeptMerge {
    UndoEntry entry;
    EmployeeId by;
};
[[nodiscard]] std::optional<KeptMerge> last_merge(operation::Context& ctx, CustomerId into);
/// The actor's last write in a chat within 24 hours that was not taken back; nullopt if there is none.
[[nodiscard]] std::optional<UndoEntry> last_undoable(operation::Context& ctx);
void mark_undone(operation::Context& ctx, std::int64_t id);
/// Takes back a write on a customer, contact, lead, opportunity or follow-up. stale "changed_since" if anybody changed
/// the record since.
Result<void> take_back(operation::Context& ctx, UndoEntry const& entry);

}  // namespace wescrm::sales
