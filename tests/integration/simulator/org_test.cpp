// The address book: what a token may read of it, what changes tell, and who logs in.
#include "integration/simulator/given.hpp"

namespace wescrm::simulator::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

struct GivenACompany : GivenASimulator {
    std::string const corp = "/sim/corps/" + std::string{corp_id} + "/";

    http::ClientResponse change(http::Method method, std::string const& path, std::string const& body = "") {
        return send({.method = method, .url = corp + path, .body = body});
    }
    void narrow_to_department(int id) {
        change(http::Method::patch, "apps/1000002?events=0", "{\"visible_departments\":[" + std::to_string(id) + "]}");
    }
    static std::vector<std::int64_t> numbers(json::Value const& list, char const* name) {
        auto found = std::vector<std::int64_t>{};
        for (auto const& item : list.GetArray()) found.push_back(json::find_integer(item, name).value_or(-1));
        return found;
    }
    /// "ChangeType UserID" or "Event FromUserName" of everything that was pushed.
    std::vector<std::string> told(std::size_t count) {
        EXPECT_TRUE(receiver.wait_for(count));
        auto found = std::vector<std::string>{};
        for (auto const& one : receiver.received()) {
            auto const change_type = element(one.message, "ChangeType");
            found.push_back(change_type.empty()
                                ? element(one.message, "Event") + " " + element(one.message, "FromUserName")
                                : change_type + " " + element(one.message, "UserID") + element(one.message, "Id"));
        }
        return found;
    }
};

TEST_F(GivenACompany, WhenAnAppReadsDepartmentsThenTheyComeWithoutWhatItMayNotSee) {
    auto const all = read(get(api("department/list")));
    EXPECT_THAT(numbers(all["department"], "id"), ElementsAre(1, 2, 3, 4)) << "larger order first";
    narrow_to_department(2);
    auto const some = read(get(api("department/simplelist")));
    EXPECT_THAT(numbers(some["department_id"], "id"), ElementsAre(2, 4));
    EXPECT_EQ(errcode(get(api("department/list", "id=3"))), 60011);
    EXPECT_EQ(errcode(get(api("department/list", "id=99"))), 60003);
    EXPECT_EQ(errcode(get(api("department/get", "id=x"))), 60123);
}

TEST_F(GivenACompany, WhenMembersAreListedThenOnlyDirectOnesCome) {
    auto const direct = get(api("user/simplelist", "department_id=2")).body;
    EXPECT_THAT(direct, HasSubstr("liwen"));
    EXPECT_THAT(direct, Not(HasSubstr("zhaomingxuan")));
}

TEST_F(GivenACompany, WhenAMemberIsReadThenPrivateFieldsAreAbsent) {
    auto const response = get(api("user/get", "userid=CHENSIYUAN"));
    EXPECT_EQ(errcode(response), 0);
    for (auto const* field : {"mobile", "email", "avatar\"", "qr_code", "address"}) {
        EXPECT_THAT(response.body, Not(HasSubstr(std::string{"\""} + field))) << field;
    }
    EXPECT_EQ(errcode(get(api("user/get", "userid=nobody"))), 60111);
    EXPECT_EQ(errcode(get(api("user/get"))), 40063);
}

TEST_F(GivenACompany, WhenTheRangeIsNarrowThenForeignDepartmentsAndSuperiorsAreLeftOut) {
    narrow_to_department(4);
    auto const member = read(get(api("user/get", "userid=chensiyuan")));
    EXPECT_EQ(json::write(member["department"]), "[4]");
    EXPECT_EQ(json::write(member["is_leader_in_dept"]), "[0]");
    EXPECT_EQ(json::write(member["direct_leader"]), "[]");
    EXPECT_FALSE(member.HasMember("main_department"));
    EXPECT_EQ(errcode(get(api("user/get", "userid=liwen"))), 60111);
}

TEST_F(GivenACompany, WhenTheSyncSecretReadsThenItGetsIdsOnly) {
    for (auto const* name : {"user/get", "user/list", "user/simplelist", "department/list", "department/get"}) {
        EXPECT_EQ(errcode(get(api(name, "userid=liwen&department_id=1&id=1", contacts_secret))), 48009) << name;
    }
    EXPECT_EQ(errcode(get(api("department/simplelist", "", contacts_secret))), 0);
    EXPECT_EQ(errcode(post(api("user/list_id"), "{}")), 48002) << "with the app's secret";
}

TEST_F(GivenACompany, WhenIdsArePagedThenEveryMembershipComesOnce) {
    auto rows = std::vector<std::string>{};
    auto cursor = std::string{};
    do {
        auto const page =
            read(post(api("user/list_id", "", contacts_secret), R"({"limit":2,"cursor":")" + cursor + "\"}"));
        for (auto const& row : page["dept_user"].GetArray()) {
            rows.push_back(*json::find_string(row, "userid") + " " + std::to_string(row["department"].GetInt()));
        }
        cursor = *json::find_string(page, "next_cursor");
    } while (!cursor.empty() && rows.size() < 100);
    EXPECT_THAT(rows, UnorderedElementsAre("chensiyuan 2", "chensiyuan 4", "liwen 2", "sunyue 3", "wangjianguo 3",
                                           "zhaomingxuan 4", "zhouming 1"));
    EXPECT_EQ(errcode(post(api("user/list_id", "", contacts_secret), R"({"limit":10001})")), 40058);
    EXPECT_EQ(errcode(post(api("user/list_id", "", contacts_secret), R"({"cursor":"!"})")), 50100);
}

TEST_F(GivenACompany, WhenAListIsPartialThenHalfIsMissingWithoutAnError) {
    fault(R"({"kind":"partial_list","api":"user/simplelist","keep":1,"count":1})");
    auto const response = get(api("user/simplelist", "department_id=2"));
    EXPECT_EQ(errcode(response), 0);
    EXPECT_EQ(read(response)["userlist"].Size(), 1U);
    EXPECT_EQ(read(get(api("user/simplelist", "department_id=2")))["userlist"].Size(), 2U);
}

TEST_F(GivenACompany, WhenAMemberComesThenTheAddressBookAndTheAppAreTold) {
    EXPECT_EQ(change(http::Method::post, "members", R"({"user_id":"newcomer","name":"新人","departments":[4]})").status,
              201);
    EXPECT_THAT(told(2), UnorderedElementsAre("create_user newcomer", "subscribe newcomer"));
}

TEST_F(GivenACompany, WhenAMemberIsRenamedThenNothingIsToldSinceTheReductionOf2022) {
    change(http::Method::patch, "members/liwen", R"({"name":"李文"})");
    change(http::Method::patch, "members/liwen", R"({"departments":[3]})");
    EXPECT_THAT(told(1), ElementsAre("update_user liwen"));
    EXPECT_THAT(receiver.received()[0].message, Not(HasSubstr("<Name>")));
    EXPECT_EQ(element(receiver.received()[0].message, "Department"), "3");
}

TEST_F(GivenACompany, WhenAMemberIsDisabledOrLeavesThenTheAppLosesHim) {
    change(http::Method::patch, "members/sunyue", R"({"status":2})");
    change(http::Method::delete_, "members/liwen");
    EXPECT_THAT(told(3), UnorderedElementsAre("unsubscribe sunyue", "delete_user liwen", "unsubscribe liwen"));
}

TEST_F(GivenACompany, WhenAUserIdChangesThenTheEventNamesBoth) {
    change(http::Method::patch, "members/liwen", R"({"new_user_id":"liwen2"})");
    EXPECT_THAT(told(1), ElementsAre("update_user liwen"));
    EXPECT_EQ(element(receiver.received()[0].message, "NewUserID"), "liwen2");
}

TEST_F(GivenACompany, WhenDepartmentsChangeThenOnlyTheirPlaceIsTold) {
    EXPECT_EQ(change(http::Method::post, "departments", R"({"id":9,"parent_id":2,"name":"新组"})").status, 201);
    change(http::Method::patch, "departments/9", R"({"name":"改名"})");
    change(http::Method::patch, "departments/9", R"({"parent_id":3})");
    EXPECT_EQ(change(http::Method::patch, "departments/2", R"({"parent_id":4})").status, 422) << "below itself";
    EXPECT_EQ(change(http::Method::delete_, "departments/3").status, 409) << "not empty";
    change(http::Method::delete_, "departments/9");
    EXPECT_THAT(told(3), ElementsAre("create_party 9", "update_party 9", "delete_party 9"));
}

TEST_F(GivenACompany, WhenTheVisibleRangeShrinksThenThoseOutsideAreUnsubscribed) {
    change(http::Method::patch, "apps/1000002", R"({"visible_departments":[3]})");
    EXPECT_THAT(told(4), UnorderedElementsAre("unsubscribe zhouming", "unsubscribe liwen", "unsubscribe chensiyuan",
                                              "unsubscribe zhaomingxuan"));
}

struct GivenALogin : GivenACompany {
    std::string const target = "redirect_uri=http%3A%2F%2Fcrm.invalid%2Fcb%3Fa%3D1";
    std::string authorize(std::string const& query, int status = 302) {
        auto const response =
            get("/connect/oauth2/authorize?appid=" + std::string{corp_id} + "&response_type=code&" + query);
        EXPECT_EQ(response.status, status) << response.body;
        return std::string{response.headers.find("Location").value_or("")};
    }
    static std::string code_of(std::string const& location) {
        auto const at = location.find("code=");
        return at == std::string::npos ? "" : location.substr(at + 5, location.find('&', at) - at - 5);
    }
    std::string const silent = target + "&scope=snsapi_base&agentid=1000002&state=s1";
    std::string const consent = target + "&scope=snsapi_privateinfo&agentid=1000002&state=s1";
};

TEST_F(GivenALogin, WhenAMemberComesThenTheCodeWorksOnce) {
    auto const location = authorize(silent + "&sim_user=liwen");
    EXPECT_THAT(location, HasSubstr("http://crm.invalid/cb?a=1&code="));
    EXPECT_THAT(location, HasSubstr("&state=s1"));
    auto const first = get(api("auth/getuserinfo", "code=" + code_of(location)));
    EXPECT_EQ(text(first, "userid"), "liwen");
    EXPECT_EQ(text(first, "user_ticket"), "");
    EXPECT_EQ(errcode(get(api("auth/getuserinfo", "code=" + code_of(location)))), 40029);
}

TEST_F(GivenALogin, WhenTheCodeIsOlderThanFiveMinutesThenItHasExpired) {
    auto const location = authorize(silent + "&sim_user=liwen");
    advance(301s);
    EXPECT_EQ(errcode(get(api("auth/getuserinfo", "code=" + code_of(location)))), 42003);
    EXPECT_EQ(errcode(get(api("auth/getuserinfo"))), 41008);
}

TEST_F(GivenALogin, WhenTheRequestIsWrongThenThePageSaysSo) {
    authorize("redirect_uri=nowhere&scope=snsapi_base&sim_user=liwen", 400);
    authorize(target + "&scope=other&sim_user=liwen", 400);
    authorize(target + "&scope=snsapi_base&state=a-b&sim_user=liwen", 400);
    change(http::Method::patch, "apps/1000002", R"({"trusted_domain":"crm.invalid:8443"})");
    authorize(silent + "&sim_user=liwen", 400);
}

TEST_F(GivenALogin, WhenAMemberConsentsThenTheTicketOpensHisPrivateFieldsForHalfAnHour) {
    auto const location = authorize(consent + "&sim_user=chensiyuan");
    auto const ticket = text(get(api("auth/getuserinfo", "code=" + code_of(location))), "user_ticket");
    ASSERT_FALSE(ticket.empty());
    auto const body = R"({"user_ticket":")" + ticket + "\"}";
    EXPECT_EQ(text(post(api("auth/getuserdetail"), body), "mobile"), "13800000001");
    EXPECT_EQ(errcode(post(api("auth/getuserdetail"), R"({"user_ticket":"x"})")), 84015);
    advance(1801s);
    EXPECT_EQ(errcode(post(api("auth/getuserdetail"), body)), 84014);
}

TEST_F(GivenALogin, WhenAMemberOutsideTheRangeComesThenOnlyTheSilentLoginSucceeds) {
    narrow_to_department(3);
    auto const location = authorize(silent + "&sim_user=liwen");
    EXPECT_EQ(text(get(api("auth/getuserinfo", "code=" + code_of(location))), "userid"), "liwen");
    authorize(consent + "&sim_user=liwen", 400);
}

TEST_F(GivenALogin, WhenACustomerComesThenHeIsNoMember) {
    auto const location = authorize(silent + "&sim_external=wmExample0000000001");
    auto const visitor = get(api("auth/getuserinfo", "code=" + code_of(location)));
    EXPECT_EQ(text(visitor, "userid"), "");
    EXPECT_EQ(text(visitor, "external_userid"), "wmExample0000000001");
    EXPECT_FALSE(text(visitor, "openid").empty());
}

TEST_F(GivenALogin, WhenTheDesktopPageIsOpenedThenItOffersThePeople) {
    auto const page =
        get("/wwlogin/sso/login?login_type=CorpApp&appid=wwexample00000001&agentid=1000002&state=s1&" + target);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("sim_user=liwen"));
    EXPECT_EQ(get("/wwlogin/sso/login?login_type=ServiceApp&appid=wwexample00000001&agentid=1000002&" + target).status,
              400);
}

}  // namespace
}  // namespace wescrm::simulator::tests
