#include "product.hpp"

#include <wescrm/operation/field_guard.hpp>
#include <wescrm/operation/field_masks.hpp>
#include <wescrm/operation/permissions.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

// Chapter 5.3 over the whole catalogue: a kind of records that forgets what roles say about its fields is found here.
namespace wescrm::testing {
namespace {

using operation::FieldDescription;
using Fields = std::vector<FieldDescription>;

/// Every kind that people have permissions to see and that has a list.
struct GivenEveryKindOfRecords : Product {
    GivenEveryKindOfRecords() {
        set_up(tenant);
        reader = hire(tenant, "li", "salesperson");
        for (auto const& permission : operation::permissions())
            if (permission.action == "view" && catalogue.find(permission.object + ".list") &&
                catalogue.find(permission.object + ".show") && !is_no_record(permission.object))
                kinds.push_back(permission.object);
    }
    // Rules of the company and what hangs on them, which no owner has.
    static bool is_no_record(std::string const& object) {
        return object == "high_sea" || object == "approval" || object == "org" || object == "audit";
    }
    static FieldDescription const* member(Fields const& fields, std::string const& name) {
        auto const found = std::ranges::find(fields, name, &FieldDescription::name);
        return found == fields.end() ? nullptr : &*found;
    }
    /// What one record of the kind's list consists of.
    FieldDescription const& item_of(std::string const& kind) {
        return member(catalogue.find(kind + ".list")->output, "items")->children.front();
    }
    json::Value sample(FieldDescription const& field, json::Allocator& allocator) {
        if (field.type == "boolean") return json::Value{true};
        if (field.type == "integer" || field.type == "money") return json::Value{std::int64_t{987654321}};
        if (field.type == "number") return json::Value{98765.4321};
        if (field.type == "id") return json::make_string("1", allocator);
        if (field.type == "enum") return json::make_string(field.values.front(), allocator);
        if (field.type == "array") {
            auto list = json::Value{rapidjson::kArrayType};
            list.PushBack(sample(field.children.front(), allocator), allocator);
            return list;
        }
        if (field.type == "object") return sample_of(field.children, allocator);
        if (field.type == "any") {
            auto own = json::Value{rapidjson::kObjectType};
            json::set(own, "budget", json::Value{std::int64_t{987654321}}, allocator);
            return own;
        }
        return json::make_string(field.name.ends_with("phone") || field.name.ends_with("mobile") ? phone : secret,
                                 allocator);
    }
    json::Value sample_of(Fields const& fields, json::Allocator& allocator) {
        auto made = json::Value{rapidjson::kObjectType};
        for (auto const& field : fields)
            if (field.name != "high_sea_id") json::set(made, field.name, sample(field, allocator), allocator);
        return made;
    }
    /// The names by which roles know the fields of a record.
    static std::vector<std::string> restrictable(std::string const& kind, Fields const& fields) {
        auto names = std::vector<std::string>{};
        for (auto const& field : fields)
            if (operation::is_restrictable(kind, field.name)) names.push_back(field.name);
        names.emplace_back("custom.budget");
        return names;
    }
    json::Document seen(std::string const& kind, Fields const& fields, operation::FieldRight right) {
        return in(database::Scope::of(tenant), [&](database::Session& sql) {
            auto who = operation::load_actor(sql, tenant, reader, operation::Channel::api).value();
            who.hides_phones = false;
            for (auto const& name : restrictable(kind, fields)) who.fields[kind + "." + name] = right;
            auto ctx = operation::Context{sql, std::move(who), clock.now(), services};
            auto record = json::Document{};
            static_cast<json::Value&>(record) = sample_of(fields, record.GetAllocator());
            operation::guard_output(ctx, record, {kind, fields});
            return record;
        });
    }

    static constexpr auto secret = "很机密的内容";
    static constexpr auto phone = "13800138000";
    EmployeeId reader;
    std::vector<std::string> kinds;
};

TEST_F(GivenEveryKindOfRecords, WhenTheyAreListedOrShownThenTheAnswerSaysWhatKindItIs) {
    for (auto const* known : {"customer", "contact", "lead", "opportunity", "product", "quote", "contract", "order",
                              "payment_plan", "payment", "invoice"})
        EXPECT_NE(std::ranges::find(kinds, known), kinds.end()) << known;
    for (auto const& kind : kinds) {
        EXPECT_EQ(item_of(kind).record, kind) << kind << ".list answers records that no role restricts";
        EXPECT_EQ(catalogue.find(kind + ".show")->output_record, kind) << kind;
        EXPECT_TRUE(operation::is_restrictable(kind, "custom.budget")) << kind;
        EXPECT_NE(catalogue.find(kind + ".reveal"), nullptr) << "what is masked of a " << kind << " cannot be opened";
    }
}

TEST_F(GivenEveryKindOfRecords, WhenARoleHidesEveryFieldThenNoneIsThere) {
    for (auto const& kind : kinds) {
        for (auto const* fields : {&item_of(kind).children, &catalogue.find(kind + ".show")->output}) {
            auto const record = seen(kind, *fields, {.is_hidden = true});
            for (auto const& name : restrictable(kind, *fields))
                EXPECT_EQ(json::find(record, name), nullptr) << kind << "." << name;
            if (auto const* own = json::find(record, "custom")) EXPECT_TRUE(own->ObjectEmpty()) << kind;
        }
    }
}

TEST_F(GivenEveryKindOfRecords, WhenARoleMasksEveryFieldThenNoValueIsWholeAndEachIsToldToBeThere) {
    for (auto const& kind : kinds) {
        for (auto const* fields : {&item_of(kind).children, &catalogue.find(kind + ".show")->output}) {
            auto const whole = seen(kind, *fields, {});
            auto const record = seen(kind, *fields, {.is_masked = true});
            for (auto const& name : restrictable(kind, *fields)) {
                if (name == "custom.budget" && !member(*fields, "custom")) continue;
                auto const* value = json::find(record, name);
                auto const is_phone = name.ends_with("phone") || name.ends_with("mobile");
                if (value) EXPECT_NE(*value, whole[name.c_str()]) << kind << "." << name;
                if (!is_phone) EXPECT_TRUE(operation::is_told_masked(record, name)) << kind << "." << name;
            }
            if (auto const* own = json::find(record, "custom")) EXPECT_TRUE(own->ObjectEmpty()) << kind;
        }
    }
}

TEST_F(GivenEveryKindOfRecords, WhenAMaskedFieldIsOfAListOnlyThenTheRecordItselfIsWhole) {
    for (auto const& kind : kinds) {
        auto const& fields = catalogue.find(kind + ".show")->output;
        auto const record = seen(kind, fields, {.is_masked = true, .only_in_lists = true});
        for (auto const& name : restrictable(kind, fields))
            EXPECT_FALSE(operation::is_told_masked(record, name)) << kind << "." << name;
    }
}

TEST_F(GivenEveryKindOfRecords, WhenAListIsAskedByAHiddenFieldThenTheRefusalCallsItAsPeopleDoAndSaysTheWayOut) {
    auto const refused = [this](std::string const& list, std::string const& hidden, std::string const& input) {
        return in(database::Scope::of(tenant), [&](database::Session& sql) {
            auto who = operation::load_actor(sql, tenant, reader, operation::Channel::api).value();
            who.fields[hidden] = {.is_hidden = true};
            auto const answer = operations.perform_in(sql, *catalogue.find(list), who, json::parse(input).value());
            return answer ? std::string{"not refused"} : answer.error().fields.front().message;
        });
    };
    EXPECT_EQ(refused("customer.list", "customer.level", R"({"level":"重点"})"),
              "您的角色看不到「客户级别」，不能按它筛选。请去掉这个条件，或请管理员在“角色权限”里放开");
    EXPECT_EQ(refused("customer.list", "customer.last_follow_at", R"({"sort":"-last_follow_at"})"),
              "您的角色看不到「最后跟进」，不能按它排序。请换一个字段排序，或请管理员在“角色权限”里放开");
    EXPECT_EQ(refused("customer.list", "customer.last_follow_at", R"({"not_followed_days":3})").find("「最后跟进」"),
              std::string{"您的角色看不到"}.size());
    EXPECT_EQ(refused("opportunity.list", "opportunity.amount_fen", R"({"amount_from_fen":100})").find("「"),
              std::string{"您的角色看不到"}.size());
    in(database::Scope::of(tenant), [&](database::Session& sql) {
        sql.execute(
            "insert into field (tenant_id, object, key, type, position, definition, created_at, updated_at) "
            "values (:t, 'customer', 'system.level', 'text', 1, '{\"label\":\"等级\"}', :now, :now)",
            {database::bind("t", tenant), database::bind("now", clock.now())});
        return 0;
    });
    EXPECT_NE(refused("customer.list", "customer.level", R"({"level":"重点"})").find("「等级」"), std::string::npos);
}

}  // namespace
}  // namespace wescrm::testing
