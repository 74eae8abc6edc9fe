#include "access_world.hpp"

#include <algorithm>

// The formula of the data permission, word by word, over the world's lists.
namespace wescrm::testing {
namespace {

std::string permission_of(std::string const& kind, Power power) {
    return kind + (power == Power::read ? ".view" : ".edit");
}

}  // namespace

bool World::is_administrator(At person) const {
    auto const& mine = people[person].roles;
    return std::any_of(mine.begin(), mine.end(), [this](At role) { return roles[role].is_administrator; });
}

bool World::has(At person, std::string const& permission) const {
    auto const& mine = people[person].roles;
    return std::any_of(mine.begin(), mine.end(), [&](At role) { return roles[role].permissions.contains(permission); });
}

bool World::is_below(std::optional<At> department, At top) const {
    for (auto at = department; at; at = parents[*at])
        if (*at == top) return true;
    return false;
}

bool World::is_subordinate(At who, At of) const {
    for (auto at = people[who].superior; at; at = people[*at].superior) {
        if (*at == of) return true;
        if (!all_subordinates) return false;
    }
    return false;
}

bool World::is_member(At person, At department, bool below) const {
    auto const& of = people[person].member_of;
    return std::any_of(of.begin(), of.end(),
                       [&](At at) { return at == department || (below && is_below(at, department)); });
}

bool World::covers(Role const& role, std::string const& permission, At person, std::optional<At> owner) const {
    auto const found = role.permissions.find(permission);
    if (found == role.permissions.end()) return false;
    if (found->second == Reach::all) return true;
    if (!owner) return false;
    auto const& me = people[person];
    auto const department = people[*owner].department;
    auto const below_any = [&](std::set<At> const& tops) {
        return std::any_of(tops.begin(), tops.end(), [&](At top) { return is_below(department, top); });
    };
    switch (found->second) {
        case Reach::self:
            return *owner == person;
        case Reach::self_sub:
            return *owner == person || is_subordinate(*owner, person);
        case Reach::dept:
            return department && department == me.department;
        case Reach::dept_tree:
            return me.department && is_below(department, *me.department);
        case Reach::headed:
            return below_any(me.heads);
        case Reach::custom:
            return below_any(role.departments);
        case Reach::all:
            return true;
    }
    return false;
}

bool World::in_team(At person, Record const& record, Power power) const {
    auto const seat = record.team.find(person);
    if (seat != record.team.end() && !seat->second.is_expired && (power == Power::read || seat->second.writes))
        return true;
    return std::any_of(record.shares.begin(), record.shares.end(), [&](Share const& share) {
        return !share.is_expired && (power == Power::read || share.writes) &&
               is_member(person, share.department, share.below);
    });
}

bool World::by_rule(At person, Record const& record, Power power, At owner) const {
    return std::any_of(rules.begin(), rules.end(), [&](Rule const& rule) {
        if (!rule.sources.empty() && rule.sources.contains(record.source) == rule.is_not) return false;
        if (!rule.is_valid || !rule.objects.contains(record.kind) || (power == Power::write && !rule.writes))
            return false;
        auto const department = people[owner].department;
        auto const is_source = rule.source_person
                                   ? *rule.source_person == owner
                                   : department && (*department == rule.source_department ||
                                                    (rule.below && is_below(department, rule.source_department)));
        if (!is_source) return false;
        if (rule.target_person) return *rule.target_person == person;
        if (rule.target_role) return people[person].roles.contains(*rule.target_role);
        if (rule.target_group) return people[person].groups.contains(*rule.target_group);
        return is_member(person, *rule.target_department, rule.below);
    });
}

// Whether one of the reasons holds, the permission aside.
bool World::holds(At person, Record const& record, Power power) const {
    auto const is_contact = record.kind == "contact";
    auto const& circle = is_contact ? customers[*record.customer] : record;  // whose owner, team and pool count
    if (circle.is_in_pool) {
        auto const& me = people[person];
        return record.kind == "customer" && (me.runs_pool || (power == Power::read && me.has_seat));
    }
    if (circle.owner == person || record.creator == person) return true;
    if (in_team(person, circle, power)) return true;
    auto const& mine = people[person].roles;
    if (std::any_of(mine.begin(), mine.end(), [&](At role) {
            return covers(roles[role], permission_of(record.kind, power), person, circle.owner);
        }))
        return true;
    if (circle.owner) {
        auto const& heads = people[person].heads;
        auto const department = people[*circle.owner].department;
        if (power == Power::read &&
            std::any_of(heads.begin(), heads.end(), [&](At top) { return is_below(department, top); }))
            return true;
        if (by_rule(person, record, power, *circle.owner)) return true;
    }
    if (power == Power::write || is_contact || !record.customer) return false;
    auto const& customer = customers[*record.customer];
    if (owners_read_children && customer.owner == person) return true;
    auto const seat = customer.team.find(person);
    return seat != customer.team.end() && !seat->second.is_expired && seat->second.children.contains(record.kind);
}

bool World::sees(At person, Record const& record) const {
    if (is_administrator(person)) return true;
    if (!has(person, record.kind + ".view")) return false;
    if (record.kind == "followup") return sees(person, customers[*record.customer]);
    return holds(person, record, Power::read);
}

bool World::changes(At person, Record const& record) const {
    if (is_administrator(person)) return true;
    return sees(person, record) && has(person, record.kind + ".edit") && holds(person, record, Power::write);
}

std::vector<World::Record const*> World::records() const {
    auto all = std::vector<Record const*>{};
    for (auto const* list : {&customers, &others})
        for (auto const& record : *list) all.push_back(&record);
    return all;
}

}  // namespace wescrm::testing
