#pragma once
#include "api/answer.hpp"

#include <string>
#include <string_view>

namespace wescrm::simulator::api {

// Each function is one API of WeCom, named like its path.

Answer gettoken(World& world, http::Request const& request);
/// Why the token does not let the call through, or the call's corp and app filled in.
[[nodiscard]] std::optional<Answer> authorise(World& world, Call& call);
Answer get_jsapi_ticket(World& world, Call& call);
Answer ticket_get(World& world, Call& call);
Answer getcallbackip(World& world, Call& call);
Answer get_api_domain_ip(World& world, Call& call);

Answer message_send(World& world, Call& call);
Answer message_recall(World& world, Call& call);
Answer update_template_card(World& world, Call& call);

Answer appchat_create(World& world, Call& call);
Answer appchat_update(World& world, Call& call);
Answer appchat_get(World& world, Call& call);
Answer appchat_send(World& world, Call& call);

// With a key in place of a token.
Answer webhook_send(World& world, Call& call);
Answer webhook_upload_media(World& world, Call& call);

Answer media_upload(World& world, Call& call);
Answer media_get(World& world, Call& call);

Answer menu_create(World& world, Call& call);
Answer menu_get(World& world, Call& call);
Answer menu_delete(World& world, Call& call);
Answer agent_get(World& world, Call& call);
Answer agent_list(World& world, Call& call);

Answer department_list(World& world, Call& call);
Answer department_simplelist(World& world, Call& call);
Answer department_get(World& world, Call& call);
Answer user_get(World& world, Call& call);
Answer user_list(World& world, Call& call);
Answer user_simplelist(World& world, Call& call);
Answer user_list_id(World& world, Call& call);

Answer auth_getuserinfo(World& world, Call& call);
Answer auth_getuserdetail(World& world, Call& call);

Answer external_list(World& world, Call& call);
Answer external_get(World& world, Call& call);
Answer external_follow_users(World& world, Call& call);

Answer get_corp_tag_list(World& world, Call& call);
Answer add_corp_tag(World& world, Call& call);
Answer edit_corp_tag(World& world, Call& call);
Answer del_corp_tag(World& world, Call& call);

}  // namespace wescrm::simulator::api
