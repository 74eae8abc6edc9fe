#include "support/database_test.hpp"

#include <wescrm/operation/operations.hpp>
#include <wescrm/org/link.hpp>
#include <wescrm/org/operations.hpp>
#include <wescrm/org/registration.hpp>
#include <wescrm/wecom/crypto.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

// A company registers itself and proves its corp id.
namespace wescrm::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct NoRenderer final : operation::MessageRenderer {
    Rendered render(std::string_view, json::Value const&, UserId const&, std::int64_t, std::string_view,
                    operation::Priority) const override {
        return {};
    }
    Rendered render_update(operation::CardUpdate const&, UserId const&, std::int64_t) const override { return {}; }
};

struct GivenAnInstallation : DatabaseTest {
    GivenAnInstallation() {
        operation::add_operations(catalogue);
        org::add_operations(catalogue);
        services.renderer = &renderer;
        services.sealer = &sealer;
        services.public_url = "https://crm.example.com";
    }
    Result<org::Registered> registered(org::NewRegistration wanted, org::RegistrationConfig config = {}) {
        auto io = asio::io_context{};
        auto future = asio::co_spawn(
            io, org::register_company(*db, WESCRM_SOURCE_DIR "/config/presets", config, std::move(wanted), clock.now()),
            asio::use_future);
        io.run();
        return future.get();
    }
    static org::NewRegistration form(std::string company, std::string mobile, std::string corp = {}) {
        return {std::move(company), "林海", std::move(mobile), std::move(corp), false};
    }
    Result<json::Document> perform(org::Registered const& who, std::string const& operation, std::string const& input) {
        return operations.perform_blocking(operation, {who.tenant, who.administrator, operation::Channel::page, "r"},
                                           json::parse(input).value());
    }
    Result<void> accept(org::Registered const& who, std::string const& kind) {
        return db->run_blocking(
            database::Pool::worker, database::Scope::of(who.tenant), [&](database::Session& sql) -> Result<void> {
                auto actor = operation::load_actor(sql, who.tenant, who.administrator, operation::Channel::page);
                if (!actor) return actor.error();
                auto ctx = operation::Context{sql, *actor, clock.now(), services};
                return org::accept_draft(ctx, sealer, kind);
            });
    }
    std::string count_of_companies() {
        return in(database::Scope::of_nobody(), [](database::Session& sql) {
            return sql.value<std::string>("select count(*)::text from tenant").value();
        });
    }

    static constexpr auto draft =
        R"({"kind":"app","corp_id":"wwlinhai","agent_id":1000002,"secret":"0123456789abcdef0123456789abcdef"})";
    NoRenderer renderer;
    Sealer sealer = Sealer::with_key(Bytes(32, 'k')).value();
    operation::Services services;
    operation::Catalogue catalogue;
    operation::Operations operations{*db, clock, catalogue, services};
};

TEST_F(GivenAnInstallation, WhenACompanyRegistersThenItHasRootRolesAndAnAdministratorOnTrial) {
    auto const made = registered(form("林海机械", "138 0013 8000"));
    ASSERT_TRUE(made) << made.error().message;
    auto const me = perform(*made, "me.show", "{}");
    ASSERT_TRUE(me);
    EXPECT_TRUE((*me)["is_administrator"].GetBool());
    auto const tree = perform(*made, "department.tree", "{}");
    ASSERT_TRUE(tree);
    EXPECT_EQ(json::view((*tree)["items"][0]["name"]), "全公司");
    auto const company = perform(*made, "company.show", "{}").value();
    EXPECT_EQ(json::view(company["state"]), "registering");
    EXPECT_EQ(json::view(company["valid_until"]), "2026-12-25T08:30:00Z");
    EXPECT_EQ(json::view(company["corp_id"]), "");
}

TEST_F(GivenAnInstallation, WhenThePersonOrTheCorpIdIsKnownThenNoSecondCompanyIsMade) {
    ASSERT_TRUE(registered(form("林海机械", "13800138000")));
    auto const before = count_of_companies();
    EXPECT_EQ(registered(form("另一家", "+86 138-0013-8000")).error().reason, "known_person");
    EXPECT_EQ(registered(form("另一家", "13800138001", "ww-test")).error().reason, "known_corp");
    EXPECT_EQ(count_of_companies(), before);
}

TEST_F(GivenAnInstallation, WhenTheNameIsTakenThenTheySayWhetherTheyMeanIt) {
    ASSERT_TRUE(registered(form("林海机械", "13800138000")));
    auto again = form("林海机械", "13800138001");
    EXPECT_EQ(registered(again).error().reason, "same_name");
    again.is_same_name_meant = true;
    EXPECT_TRUE(registered(again));
}

TEST_F(GivenAnInstallation, WhenTheFormIsWrongThenEveryFieldIsNamedAndNothingIsMade) {
    auto const before = count_of_companies();
    auto const refused = registered({" ", "", "12345", "ww <x>", false});
    ASSERT_FALSE(refused);
    auto named = std::vector<std::string>{};
    for (auto const& field : refused.error().fields) named.push_back(field.field);
    EXPECT_EQ(named, (std::vector<std::string>{"company", "person", "mobile", "corp_id"}));
    EXPECT_EQ(count_of_companies(), before);
}

TEST_F(GivenAnInstallation, WhenASetupLinkWasUsedThenItIsUsedUp) {
    auto const made = registered(form("林海机械", "13800138000")).value();
    auto const use = [&] {
        return in(database::Scope::of(made.tenant), [&](database::Session& sql) {
            return org::use_setup_link(sql, made.tenant, made.setup_code, clock.now());
        });
    };
    EXPECT_EQ(org::company_of_setup_link(made.setup_code), made.tenant);
    EXPECT_EQ(use(), made.administrator);
    EXPECT_EQ(use(), std::nullopt);
}

TEST_F(GivenAnInstallation, WhenASetupLinkIsOldThenItIsNoLongerGood) {
    auto const made = registered(form("林海机械", "13800138000")).value();
    clock.advance(hours{24 * 14});
    EXPECT_EQ(
        in(database::Scope::of(made.tenant),
           [&](database::Session& sql) { return org::use_setup_link(sql, made.tenant, made.setup_code, clock.now()); }),
        std::nullopt);
}

// Claiming a corp id gives nothing: only a secret that works makes it the company's.
TEST_F(GivenAnInstallation, WhenACorpIdIsOnlyClaimedThenItStaysFreeForItsOwner) {
    auto const squatter = registered(form("冒名", "13800138000", "wwlinhai")).value();
    ASSERT_TRUE(perform(squatter, "link.save", draft));
    auto const owner = registered(form("林海机械", "13800138001", "wwlinhai"));
    ASSERT_TRUE(owner) << owner.error().message;
    ASSERT_TRUE(perform(*owner, "link.save", draft));
    ASSERT_TRUE(accept(*owner, "app"));
    EXPECT_EQ(accept(squatter, "app").error().reason, "known_corp");
    EXPECT_EQ(json::view(perform(*owner, "company.show", "{}").value()["corp_id"]), "wwlinhai");
    EXPECT_EQ(json::view(perform(squatter, "company.show", "{}").value()["corp_id"]), "");
}

TEST_F(GivenAnInstallation, WhenASecretIsSavedThenItIsNeverShownNorInTheLog) {
    auto const made = registered(form("林海机械", "13800138000")).value();
    auto const saved = perform(made, "link.save", draft);
    ASSERT_TRUE(saved) << saved.error().message;
    EXPECT_THAT(json::write(*saved), Not(HasSubstr("0123456789abcdef")));
    ASSERT_TRUE(accept(made, "app"));
    auto const shown = perform(made, "link.show", "{}").value();
    EXPECT_THAT(json::write(shown), Not(HasSubstr("0123456789abcdef")));
    EXPECT_THAT(json::write(perform(made, "audit.list", "{}").value()), Not(HasSubstr("0123456789abcdef")));
    auto const& app = shown["parts"][0];
    EXPECT_EQ(json::view(app["callback_url"]), "https://crm.example.com/wecom/wwlinhai/app/1000002");
    EXPECT_EQ(app["aes_key"].GetStringLength(), 43U);
    EXPECT_TRUE(wecom::Keys::from(app["token"].GetString(), app["aes_key"].GetString()));
}

TEST_F(GivenAnInstallation, WhenWecomHasVerifiedTheAddressThenItsKeysAreShownNoMore) {
    auto const made = registered(form("林海机械", "13800138000")).value();
    ASSERT_TRUE(perform(made, "link.save", draft));
    ASSERT_TRUE(accept(made, "app"));
    in(database::Scope::of_queues(),
       [&](database::Session& sql) { org::note_verified(sql, "wwlinhai", "app", 1000002, clock.now()); });
    auto const shown = perform(made, "link.show", "{}").value();
    EXPECT_TRUE(shown["parts"][0]["token"].IsNull());
    EXPECT_TRUE(shown["parts"][0]["verified_at"].IsString());
    auto const renewed = perform(made, "link.keys", R"({"kind":"app"})").value();
    EXPECT_TRUE(renewed["parts"][0]["token"].IsString()) << "new keys are to be pasted again";
}

TEST_F(GivenAnInstallation, WhenTheRegistrantIsBoundThenHeIsThatMember) {
    auto const made = registered(form("林海机械", "13800138000")).value();
    in(database::Scope::of(made.tenant), [&](database::Session& sql) {
        auto actor = operation::load_actor(sql, made.tenant, made.administrator, operation::Channel::page).value();
        auto ctx = operation::Context{sql, actor, clock.now(), services};
        ASSERT_TRUE(org::bind_registrant(ctx, UserId{"linhai"}, "林海"));
        EXPECT_EQ(org::bind_registrant(ctx, UserId{"other"}, "别人").error().reason, "bound");
        EXPECT_EQ(org::use_setup_link(sql, made.tenant, made.setup_code, clock.now()), std::nullopt);
    });
    EXPECT_EQ(json::view(perform(made, "me.show", "{}").value()["user_id"]), "linhai");
}

TEST_F(GivenAnInstallation, WhenSecretsAreTriedTooOftenThenTheyWait) {
    auto const made = registered(form("林海机械", "13800138000")).value();
    ASSERT_TRUE(perform(made, "link.save", draft));
    in(database::Scope::of(made.tenant), [&](database::Session& sql) {
        EXPECT_TRUE(org::count_try(sql, made.tenant, "app", 2, clock.now()));
        EXPECT_TRUE(org::count_try(sql, made.tenant, "app", 2, clock.now()));
        EXPECT_EQ(org::count_try(sql, made.tenant, "app", 2, clock.now()).error().code, Errc::rate_limited);
        EXPECT_TRUE(org::count_try(sql, made.tenant, "app", 2, clock.now() + hours{1}));
    });
}

TEST_F(GivenAnInstallation, WhenTheTrialIsOverThenReadingGoesOnAndWritingDoesNot) {
    auto const made = registered(form("林海机械", "13800138000")).value();
    clock.advance(hours{24 * 30});
    EXPECT_EQ(json::view(perform(made, "company.show", "{}").value()["state"]), "expired");
    auto const refused = perform(made, "company.change", R"({"version":1,"name":"新名"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::forbidden);
    EXPECT_EQ(refused.error().reason, "expired");
}

TEST_F(GivenAnInstallation, WhenALogoIsNoPictureThenItIsRefused) {
    auto const made = registered(form("林海机械", "13800138000")).value();
    auto const svg = to_base64("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>");
    EXPECT_EQ(perform(made, "company.logo", R"({"content":")" + svg + "\"}").error().code, Errc::invalid_input);
    auto const png = to_base64(std::string{"\x89PNG\r\n\x1A\n"} + "rest");
    auto const saved = perform(made, "company.logo", R"({"content":")" + png + "\"}");
    ASSERT_TRUE(saved);
    EXPECT_THAT(std::string{json::view((*saved)["logo_url"])}, HasSubstr("/logo/"));
    EXPECT_TRUE(perform(made, "company.remove_logo", "{}").value()["logo_url"].IsNull());
}

}  // namespace
}  // namespace wescrm::testing
