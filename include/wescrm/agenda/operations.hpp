#pragma once
#include <wescrm/operation/catalogue.hpp>
#include <wescrm/operation/handover.hpp>
#include <wescrm/sales/high_sea.hpp>

namespace wescrm::agenda {

/// task.*, agenda.today, chat.undo.
void add_operations(operation::Catalogue& catalogue);
/// A leaver's open tasks.
void add_handovers(operation::HandoverKinds& kinds);
/// Tasks about a customer that was merged into another one are about that one.
void follow_merge(operation::Context& ctx, sales::CustomerId from, sales::CustomerId into);
/// The owner's plans with records that go into a pool are cancelled. Called while he still has them.
void follow_pool_entry(operation::Context& ctx, sales::PoolObject object, std::vector<std::int64_t> const& ids);

}  // namespace wescrm::agenda
