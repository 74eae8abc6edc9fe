#include "unit/wecom/examples.hpp"

#include <filesystem>
#include <set>

// The documented example of each message and event, by name of the file that holds it.
namespace wescrm::wecom {
namespace {

using Strings = std::vector<std::string>;

std::string document(std::string const& fields) { return "<xml><ToUserName>ww1</ToUserName>" + fields + "</xml>"; }

TEST(Messages, WhenParsedThenTheHeadIsTheirs) {
    auto const callback = parsed("text.xml");
    EXPECT_EQ(callback.corp_id, "wwcorpid0000000000");
    EXPECT_EQ(callback.from, "zhangsan");
    EXPECT_EQ(callback.created, Instant{seconds{1348831860}});
    EXPECT_EQ(callback.agent_id, 1);
    EXPECT_EQ(callback.message_id, "1234567890123456");
    EXPECT_EQ(callback.kind, "text");
    EXPECT_EQ(callback.lane, "from:zhangsan");
    EXPECT_FALSE(callback.robot);
}

TEST(Messages, WhenParsedThenEachHasItsContent) {
    EXPECT_EQ(content_of<Text>("text.xml").content, "this is a test");
    EXPECT_EQ(content_of<Image>("image.xml").media_id, "media_id");
    EXPECT_EQ(content_of<Image>("image.xml").picture_url, "https://example.invalid/pic");
    EXPECT_EQ(content_of<Voice>("voice.xml").media_id, "media_id");
    EXPECT_EQ(content_of<Voice>("voice.xml").format, "amr");
    EXPECT_EQ(content_of<Video>("video.xml").media_id, "media_id");
    EXPECT_EQ(content_of<Video>("video.xml").thumb_media_id, "thumb_media_id");
    auto const link = content_of<Link>("link.xml");
    EXPECT_EQ(link.title, "this is a title");
    EXPECT_EQ(link.description, "this is a description");
    EXPECT_EQ(link.url, "https://example.invalid/page");
    EXPECT_EQ(link.picture_url, "https://example.invalid/cover");
    auto const location = content_of<Location>("location.xml");
    EXPECT_DOUBLE_EQ(location.latitude, 23.134);
    EXPECT_DOUBLE_EQ(location.longitude, 113.358);
    EXPECT_EQ(location.scale, 20);
    EXPECT_EQ(location.label, "位置信息");
}

TEST(Events, WhenTheMemberComesOrGoesThenItIsSeen) {
    EXPECT_TRUE(content_of<VisibilityChange>("subscribe.xml").is_visible);
    EXPECT_FALSE(content_of<VisibilityChange>("unsubscribe.xml").is_visible);
    content_of<EnterApp>("enter_agent.xml");
    auto const position = content_of<ReportedPosition>("LOCATION.xml");
    EXPECT_DOUBLE_EQ(position.latitude, 23.104);
    EXPECT_DOUBLE_EQ(position.longitude, 113.320);
    EXPECT_DOUBLE_EQ(position.precision, 65);
    EXPECT_EQ(parsed("LOCATION.xml").kind, "event.LOCATION");
    EXPECT_EQ(content_of<AppNews>("unlicensed_notify.xml").event, "unlicensed_notify");
}

TEST(Events, WhenAJobEndsThenItsResultIsKnown) {
    auto const job = content_of<BatchJob>("batch_job_result.xml");
    EXPECT_EQ(job.id, "S0MrnndvRG5fadSlLwiBqiDDbM143UqTmKP3152FZk4");
    EXPECT_EQ(job.type, "sync_user");
    EXPECT_EQ(job.errcode, 0);
    EXPECT_EQ(job.message, "ok");
    EXPECT_EQ(content_of<MediaJob>("upload_media_job_finish.xml").id,
              "jobid_S0MrnndvRG5fadSlLwiBqiDDbM143UqTmKP3152FZk4");
}

TEST(MenuEvents, WhenPressedThenEachHasItsKeyAndDetails) {
    struct Case {
        char const* action;
        char const* key;
    };
    for (auto const& [action, key] :
         {Case{"click", "V1001_TODAY"}, Case{"view", "www.qq.com"}, Case{"view_miniprogram", "index"},
          Case{"scancode_push", "6"}, Case{"scancode_waitmsg", "6"}, Case{"pic_sysphoto", "6"},
          Case{"pic_photo_or_album", "6"}, Case{"pic_weixin", "6"}, Case{"location_select", "6"}}) {
        auto const press = content_of<MenuPress>(std::string{action} + ".xml");
        EXPECT_EQ(press.action, action);
        EXPECT_EQ(press.key, key) << action;
        EXPECT_EQ(parsed(std::string{action} + ".xml").kind, "event." + std::string{action});
    }
    EXPECT_EQ(content_of<MenuPress>("scancode_push.xml").scan_result, "1");
    EXPECT_EQ(content_of<MenuPress>("scancode_waitmsg.xml").scan_result, "2");
    EXPECT_EQ(content_of<MenuPress>("scancode_waitmsg.xml").scan_type, "qrcode");
    EXPECT_EQ(content_of<MenuPress>("pic_sysphoto.xml").picture_md5s, Strings{"1b5f7c23b5bf75682a53e7b6d163e185"});
    EXPECT_EQ(content_of<MenuPress>("pic_weixin.xml").picture_md5s, Strings{"5a75aaca956d97be686719218f275c6b"});
    auto const place = content_of<MenuPress>("location_select.xml").location.value();
    EXPECT_DOUBLE_EQ(place.latitude, 23);
    EXPECT_DOUBLE_EQ(place.longitude, 113);
    EXPECT_EQ(place.scale, 15);
    EXPECT_EQ(place.label, "广州市海珠区客村艺苑路 106号");
}

TEST(CardEvents, WhenPressedThenKeyTaskCodeAndChoicesAreKnown) {
    auto const press = content_of<CardPress>("template_card_event.xml");
    EXPECT_EQ(press.key, "key111");
    EXPECT_EQ(press.task_id, "taskid111");
    EXPECT_EQ(press.card_type, "vote_interaction");
    EXPECT_EQ(press.response_code, "ResponseCode");
    EXPECT_FALSE(press.is_menu);
    ASSERT_EQ(press.selections.size(), 2U);
    EXPECT_EQ(press.selections[0].question, "QuestionKey1");
    EXPECT_EQ(press.selections[0].options, (Strings{"OptionId1", "OptionId2"}));
    EXPECT_EQ(press.selections[1].options, Strings{"OptionId3"});
    EXPECT_TRUE(content_of<CardPress>("template_card_menu_event.xml").is_menu);
    auto const old = content_of<CardPress>("taskcard_click.xml");
    EXPECT_EQ(old.key, "key111");
    EXPECT_EQ(parsed("taskcard_click.xml").agent_id, 1) << "spelled AgentId there";
}

TEST(CardEvents, WhenSpelledAsOnTheOlderPageThenChoicesAreKnownToo) {
    auto message = example("template_card_event.xml");
    for (auto at = message.find("OptionId"); at != std::string::npos; at = message.find("OptionId", at + 1))
        if (message[at - 1] == '<' || message[at - 1] == '/') message.replace(at, 8, "OpitonId");
    auto const press = std::get<CardPress>(parse_callback(message)->content);
    EXPECT_EQ(press.selections.at(0).options, (Strings{"OptionId1", "OptionId2"}));
}

TEST(AppEvents, WhenTheAppIsConcernedThenTheNewsIsKept) {
    for (auto const* event :
         {"share_agent_change", "share_chain_change", "inactive_alert", "close_inactive_agent", "reopen_inactive_agent",
          "low_active_alert", "low_active", "active_restored", "change_app_admin"}) {
        auto message = example("close_inactive_agent.xml");
        message.replace(message.find("close_inactive_agent"), 20, event);
        EXPECT_EQ(std::get<AppNews>(parse_callback(message)->content).event, event);
    }
    EXPECT_EQ(content_of<AppNews>("inactive_alert.xml").takes_effect, Instant{seconds{1764518400}});
    EXPECT_FALSE(content_of<AppNews>("close_inactive_agent.xml").takes_effect);
    content_of<AppNews>("share_agent_change.xml");
    content_of<AppNews>("share_chain_change.xml");
    content_of<AppNews>("change_app_admin.xml");
    EXPECT_TRUE(content_of<WorkbenchMode>("switch_workbench_mode.xml").is_on);
}

TEST(ContactEvents, WhenAMemberIsCreatedThenEverythingThatWasSentIsKnown) {
    auto const change = content_of<MemberChange>("change_contact-create_user.xml");
    EXPECT_EQ(change.kind, MemberChange::Kind::created);
    EXPECT_EQ(change.user, UserId{"zhangsan"});
    EXPECT_FALSE(change.new_user);
    EXPECT_EQ(change.departments, (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(change.leads, (std::vector<bool>{true, false, false}));
    EXPECT_EQ(change.main_department, 1);
    EXPECT_EQ(values(change.direct_leaders), (Strings{"lisi", "wangwu"}));
    EXPECT_EQ(change.status, 1);
    EXPECT_EQ(change.name, "张三");
    EXPECT_EQ(change.position, "产品经理");
    EXPECT_EQ(change.mobile, "13800000000");
    EXPECT_EQ(change.telephone, "020-123456");
    EXPECT_EQ(change.email, "zhangsan@example.com");
    EXPECT_EQ(change.alias, "zhangsan");
    EXPECT_EQ(parsed("change_contact-create_user.xml").kind, "event.change_contact.create_user");
    EXPECT_EQ(parsed("change_contact-create_user.xml").lane, "user:zhangsan");
}

TEST(ContactEvents, WhenAMemberIsRenamedThenOldAndNewIdAreKnown) {
    for (auto const* file : {"change_contact-update_user.xml", "change_contact-update_user-2.xml"}) {
        auto const change = content_of<MemberChange>(file);
        EXPECT_EQ(change.kind, MemberChange::Kind::updated);
        EXPECT_EQ(change.user, UserId{"zhangsan"});
        EXPECT_EQ(change.new_user, UserId{"zhangsan001"});
    }
    auto const brief = content_of<MemberChange>("change_contact-update_user-2.xml");
    EXPECT_FALSE(brief.name || brief.status || brief.main_department || brief.mobile);
    EXPECT_EQ(content_of<MemberChange>("change_contact-delete_user.xml").kind, MemberChange::Kind::deleted);
}

TEST(ContactEvents, WhenADepartmentChangesThenIdAndParentAreKnown) {
    auto const created = content_of<DepartmentChange>("change_contact-create_party.xml");
    EXPECT_EQ(created.kind, DepartmentChange::Kind::created);
    EXPECT_EQ(created.id, 2);
    EXPECT_EQ(created.parent, 1);
    EXPECT_EQ(created.name, "销售部");
    EXPECT_EQ(created.order, 1);
    auto const updated = content_of<DepartmentChange>("change_contact-update_party.xml");
    EXPECT_EQ(updated.kind, DepartmentChange::Kind::updated);
    EXPECT_FALSE(updated.order);
    auto const deleted = content_of<DepartmentChange>("change_contact-delete_party.xml");
    EXPECT_EQ(deleted.kind, DepartmentChange::Kind::deleted);
    EXPECT_FALSE(deleted.parent || deleted.name);
    EXPECT_EQ(parsed("change_contact-delete_party.xml").lane, "department:2");
}

TEST(ContactEvents, WhenATagChangesThenWhoCameAndWentIsKnown) {
    auto const change = content_of<MemberTagChange>("change_contact-update_tag.xml");
    EXPECT_EQ(change.tag, 1);
    EXPECT_EQ(values(change.added), (Strings{"zhangsan", "lisi"}));
    EXPECT_EQ(values(change.removed), (Strings{"zhangsan1", "lisi1"}));
    EXPECT_EQ(change.added_departments, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(change.removed_departments, (std::vector<std::int64_t>{3, 4}));
}

TEST(ApprovalEvents, WhenOurOwnFlowMovesThenNumberStatusAndPeopleAreKnown) {
    auto const change = content_of<ApprovalChange>("open_approval_change.xml");
    EXPECT_TRUE(change.is_own);
    EXPECT_EQ(change.number, "201806010001");
    EXPECT_EQ(change.status, 1);
    EXPECT_EQ(change.applicant, UserId{"xiaoming"});
    EXPECT_EQ(change.template_id, "1234567890");
    EXPECT_EQ(change.name, "付款");
    EXPECT_EQ(values(change.approvers), Strings{"xiaohong"});
    EXPECT_EQ(values(change.notified), Strings{"xiaogang"});
    EXPECT_EQ(change.step, 0);
    auto old = example("open_approval_change.xml");
    for (auto const* name : {"ItemUserId", "approverstep"})
        for (auto at = old.find(name); at != std::string::npos; at = old.find(name, at))
            old.replace(at, std::string_view{name}.size(), name[0] == 'I' ? "ItemUserid" : "ApproverStep");
    auto const spelled = std::get<ApprovalChange>(parse_callback(old)->content);
    EXPECT_EQ(values(spelled.approvers), Strings{"xiaohong"});
    EXPECT_EQ(spelled.step, 0);
}

TEST(ApprovalEvents, WhenWeComsOwnApprovalMovesThenNumberStatusAndPeopleAreKnown) {
    auto const change = content_of<ApprovalChange>("sys_approval_change.xml");
    EXPECT_FALSE(change.is_own);
    EXPECT_EQ(change.number, "202506110001");
    EXPECT_EQ(change.status, 1);
    EXPECT_EQ(change.change, 10);
    EXPECT_EQ(change.applicant, UserId{"WuJunJie"});
    EXPECT_EQ(change.template_id, "3TkaH5KFbrG9heEQWLJjhgpFwmqAFB4dLEnapaB7aaa");
    EXPECT_EQ(values(change.approvers), (Strings{"userid1", "userid2"}));
    EXPECT_EQ(values(change.notified), Strings{"userid3"});
    EXPECT_EQ(parsed("sys_approval_change.xml").lane, "approval:202506110001");
    auto old = example("sys_approval_change.xml");
    auto const begin = old.find("<ProcessList>");
    old.erase(begin, old.find("</ProcessList>") + 14 - begin);
    old.erase(old.find("<SpNoStr>"), old.find("</SpNoStr>") + 10 - old.find("<SpNoStr>"));
    auto const before = std::get<ApprovalChange>(parse_callback(old)->content);
    EXPECT_EQ(before.number, "202506110001");
    EXPECT_EQ(values(before.approvers), (Strings{"WangXiaoMing", "XiaoGangHuang", "XiaoHongLiu"}));
    EXPECT_EQ(values(before.notified), Strings{"ChengLiang"});
}

TEST(CustomerEvents, WhenAContactChangesThenWhoWithWhomIsKnown) {
    for (auto const* change : {"add_external_contact", "edit_external_contact", "add_half_external_contact",
                               "del_external_contact", "del_follow_user", "transfer_fail", "msg_audit_approved"}) {
        auto const file = "change_external_contact-" + std::string{change} + ".xml";
        auto const contact = content_of<ExternalContactChange>(file);
        EXPECT_EQ(contact.change, change);
        EXPECT_EQ(contact.user, UserId{"zhangsan"}) << change;
        EXPECT_TRUE(contact.external_user.starts_with("woAJ2G")) << change;
        EXPECT_EQ(parsed(file).lane, "external:" + contact.external_user);
    }
    auto const added = content_of<ExternalContactChange>("change_external_contact-add_external_contact.xml");
    EXPECT_EQ(added.state, "teststate");
    EXPECT_EQ(added.welcome_code, "WELCOMECODE");
    EXPECT_EQ(content_of<ExternalContactChange>("change_external_contact-transfer_fail.xml").reason,
              "customer_refused");
    EXPECT_EQ(content_of<ExternalContactChange>("change_external_contact-del_external_contact.xml").reason,
              "DELETE_BY_TRANSFER");
}

TEST(CustomerEvents, WhenAGroupChangesThenMembersAndVersionsAreKnown) {
    auto const update = content_of<ExternalChatChange>("change_external_chat-update.xml");
    EXPECT_EQ(update.change, "update");
    EXPECT_EQ(update.chat, "wrx7HUARsKwGRaQBVKPBTcEyzdHA4HrQ");
    EXPECT_EQ(update.detail, "add_member");
    EXPECT_EQ(update.scene, 3);
    EXPECT_EQ(update.members, (Strings{"Jack", "Rose"}));
    EXPECT_EQ(update.last_version, "9c3f97c2ada667dfb5f6d03308d963e1");
    EXPECT_EQ(update.version, "71217227bbd112ecfe3a49c482195cb4");
    EXPECT_EQ(content_of<ExternalChatChange>("change_external_chat-create.xml").change, "create");
    EXPECT_EQ(content_of<ExternalChatChange>("change_external_chat-dismiss.xml").change, "dismiss");
    EXPECT_EQ(parsed("change_external_chat-dismiss.xml").lane, "chat:CHAT_ID");
}

TEST(CustomerEvents, WhenATagChangesThenItIsNamed) {
    for (auto const* change : {"create", "update", "delete", "shuffle"}) {
        auto const tag = content_of<ExternalTagChange>("change_external_tag-" + std::string{change} + ".xml");
        EXPECT_EQ(tag.change, change);
        EXPECT_EQ(tag.strategy, tag.change == "shuffle" ? "STRATEGY_ID" : "1");
    }
    EXPECT_EQ(content_of<ExternalTagChange>("change_external_tag-create.xml").type, "tag");
    EXPECT_EQ(content_of<ExternalTagChange>("change_external_tag-delete.xml").id, "GROUP_ID");
}

TEST(CustomerEvents, WhenAnAcquisitionLinkChangesThenItsFieldsAreKnown) {
    auto const asked = content_of<AcquisitionChange>("customer_acquisition-friend_request.xml");
    EXPECT_EQ(asked.change, "friend_request");
    EXPECT_EQ(asked.link, "cawcdea7783d7330b4");
    EXPECT_EQ(asked.state, "STATE");
    auto const head = std::string{"<MsgType>event</MsgType><Event>customer_acquisition</Event><ChangeType>"};
    auto const soon = parse_callback(document(head + "quota_expire_soon</ChangeType><ExpireTime>1689171577</ExpireTime>"
                                                     "<ExpireQuotaNum>7</ExpireQuotaNum>"));
    EXPECT_EQ(std::get<AcquisitionChange>(soon->content).expires, Instant{seconds{1689171577}});
    EXPECT_EQ(std::get<AcquisitionChange>(soon->content).expiring, 7);
    auto const chat = parse_callback(document(head + "message_from_customer</ChangeType><ChatKey>K</ChatKey>"));
    EXPECT_EQ(std::get<AcquisitionChange>(chat->content).chat_key, "K");
}

TEST(Callbacks, NoDocumentedExampleIsUnknown) {
    auto files = 0;
    auto const folder = WESCRM_SOURCE_DIR "/tests/fuzz/wecom/corpus-inner";
    for (auto const& entry : std::filesystem::directory_iterator{folder}) {
        auto const name = entry.path().filename().string();
        if (name.starts_with("odd_")) continue;
        EXPECT_FALSE(std::holds_alternative<Unknown>(parsed(name).content)) << name;
        ++files;
    }
    EXPECT_GE(files, 80);
}

TEST(Callbacks, WhenJsonThenItIsTheSameAsXml) {
    auto const text = parse_callback(
        R"({"ToUserName":"ww1","FromUserName":"zhangsan","CreateTime":1348831860,"MsgType":"text","Content":"你好",)"
        R"("MsgId":4561255354251345929,"AgentID":218})");
    ASSERT_TRUE(text);
    EXPECT_EQ(text->corp_id, "ww1");
    EXPECT_EQ(text->created, Instant{seconds{1348831860}});
    EXPECT_EQ(text->message_id, "4561255354251345929") << "a 64-bit number, never a double";
    EXPECT_EQ(text->agent_id, 218);
    EXPECT_EQ(std::get<Text>(text->content).content, "你好");
    auto const card = parse_callback(
        R"({"MsgType":"event","Event":"template_card_event","EventKey":"k","TaskId":"t","SelectedItems":{"SelectedItem":)"
        R"([{"QuestionKey":"q1","OptionIds":{"OptionId":["a","b"]}},{"QuestionKey":"q2","OptionIds":{"OptionId":"c"}}]}})");
    ASSERT_TRUE(card);
    auto const& press = std::get<CardPress>(card->content);
    ASSERT_EQ(press.selections.size(), 2U);
    EXPECT_EQ(press.selections[0].options, (Strings{"a", "b"}));
    EXPECT_EQ(press.selections[1].options, Strings{"c"});
}

TEST(Callbacks, WhenTheTypeIsUnknownThenItIsKeptWithItsKind) {
    auto const head = std::string{"<FromUserName>zhangsan</FromUserName>"};
    struct Case {
        std::string fields;
        std::string kind;
    };
    for (auto const& [fields, kind] :
         {Case{"<MsgType>hologram</MsgType>", "hologram"},
          Case{"<MsgType>event</MsgType><Event>moon_landing</Event>", "event.moon_landing"},
          Case{"<MsgType>event</MsgType><Event>change_contact</Event><ChangeType>create_robot</ChangeType>",
               "event.change_contact.create_robot"},
          Case{"<MsgType>event</MsgType>", "event.unknown"},
          Case{"<InfoType>hit_keyword</InfoType>", "suite.hit_keyword"},
          Case{"<MsgType>bad word\n</MsgType>", "unknown"}}) {
        auto const callback = parse_callback(document(head + fields));
        ASSERT_TRUE(callback) << fields;
        EXPECT_EQ(callback->kind, kind);
        EXPECT_TRUE(std::holds_alternative<Unknown>(callback->content)) << fields;
        EXPECT_EQ(callback->corp_id, kind.starts_with("suite.") ? "" : "ww1") << "a suite names it otherwise";
    }
    EXPECT_EQ(parse_callback(R"({"msgtype":"smell","from":{"userid":"u"}})")->kind, "robot.smell");
}

TEST(Callbacks, WhenElementsAreOddThenTheRestIsRead) {
    auto const callback = parse_callback(document(
        "<MsgType> <![CDATA[text]]> </MsgType><Content><![CDATA[a]]]]><![CDATA[>b]]></Content><FromUserName> li "
        "</FromUserName><CreateTime>99999999999999999999</CreateTime><AgentID>x</AgentID><Future><A/></Future>"));
    ASSERT_TRUE(callback);
    EXPECT_EQ(std::get<Text>(callback->content).content, "a]]>b");
    EXPECT_EQ(callback->from, "li");
    EXPECT_EQ(callback->created, Instant{});
    EXPECT_EQ(callback->agent_id, 0);
}

}  // namespace
}  // namespace wescrm::wecom
