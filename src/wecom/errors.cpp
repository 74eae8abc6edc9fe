#include <wescrm/wecom/client.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace wescrm::wecom {
namespace {

struct Known {
    int errcode;
    ErrorClass klass;
    std::string_view text;  ///< for administrators; empty: nothing to do for them
};

// Sorted by number. https://developer.work.weixin.qq.com/document/path/90313
constexpr std::array known_codes{
    Known{-1, ErrorClass::busy, "企业微信系统繁忙，系统会自动重试"},
    Known{6000, ErrorClass::busy, "企业微信数据更新冲突，系统会自动重试"},
    Known{40001, ErrorClass::token,
          "Secret 不正确。请在企业微信后台的应用详情页查看 Secret，并在管理的“企业微信”页更新"},
    Known{40003, ErrorClass::recipient, "成员的 userid 无效，可能已离职"},
    Known{40008, ErrorClass::payload, "消息类型不被接受"},
    Known{40013, ErrorClass::configuration, "企业 ID（corp id）不正确。请在“我的企业”→“企业信息”页面核对"},
    Known{40014, ErrorClass::token, "访问凭证失效，系统会自动刷新"},
    Known{40035, ErrorClass::payload, "请求参数不被接受"},
    Known{40056, ErrorClass::configuration, "应用的 agentid 不正确。请在应用详情页核对"},
    Known{40068, ErrorClass::payload, "企业微信里没有这个标签，可能刚被删除"},
    Known{40071, ErrorClass::payload, "企业微信里已有同名的标签或标签组"},
    Known{40091, ErrorClass::configuration, "Secret 不属于这家企业。请在应用详情页重新复制 Secret"},
    Known{40126, ErrorClass::payload, "企业微信的客户标签已达 10000 个上限。请在企业微信后台删除不用的标签"},
    Known{42001, ErrorClass::token, "访问凭证过期，系统会自动刷新"},
    Known{42009, ErrorClass::token, "访问凭证过期，系统会自动刷新"},
    Known{43004, ErrorClass::recipient, "成员未关注应用"},
    Known{43012, ErrorClass::configuration,
          "应用没有设置回调，无法发送可点击的卡片。请在应用详情页“接收消息”里设置 API 接收"},
    Known{44004, ErrorClass::payload, "消息内容为空"},
    Known{45002, ErrorClass::payload, "消息内容过长"},
    Known{45009, ErrorClass::rate, "接口调用超过频率限制，系统会暂停后继续"},
    Known{45024, ErrorClass::configuration, "企业成员数达到上限。请在企业微信后台处理"},
    Known{45031, ErrorClass::configuration, "企业微信要求重置 Secret。请在应用详情页重置后，在管理的“企业微信”页更新"},
    Known{45033, ErrorClass::concurrency, "接口并发调用超过限制，系统会降速后继续"},
    Known{45035, ErrorClass::concurrency, "同一条记录正被并发修改，系统会稍后重试"},
    Known{45036, ErrorClass::rate, "企业微信限制了异常的数据访问，系统会暂停后继续"},
    Known{46004, ErrorClass::recipient, "成员不存在"},
    Known{47001, ErrorClass::payload, "请求不是有效的 JSON"},
    Known{48001, ErrorClass::configuration, "接口未授权。请在应用详情页开通对应权限"},
    Known{48002, ErrorClass::configuration, "应用没有调用这个接口的权限。请在应用详情页开通对应权限"},
    Known{48004, ErrorClass::configuration, "授权已失效，请重新授权"},
    Known{48006, ErrorClass::configuration, "长期未使用，授权被收回，请重新授权"},
    Known{48009, ErrorClass::configuration,
          "通讯录同步的 Secret 从新 IP 调用时不能读取成员详情，请改用自建应用的可见范围"},
    Known{48010, ErrorClass::configuration, "TLS 版本过低"},
    Known{48011, ErrorClass::configuration, "应用活跃度过低，企业微信不再提供客户数据"},
    Known{50001, ErrorClass::configuration, "域名不是应用的可信域名。请在应用详情页“网页授权及JS-SDK”里设置"},
    Known{50002, ErrorClass::recipient, "成员不在应用的可见范围内"},
    Known{50003, ErrorClass::configuration, "应用已停用。请在企业微信后台启用"},
    Known{50006, ErrorClass::configuration, "应用已停用。请在企业微信后台启用"},
    Known{60011, ErrorClass::configuration, "没有访问该部门或成员的权限。请在应用详情页扩大“可见范围”"},
    Known{60020, ErrorClass::configuration,
          "服务器的出口 IP 不在“企业可信IP”里。请在应用详情页的“企业可信IP”中加入该地址"},
    Known{60021, ErrorClass::recipient, "成员不在应用的可见范围内"},
    Known{60031, ErrorClass::configuration, "应用不能调用这个接口。请在应用详情页开通对应权限"},
    Known{60111, ErrorClass::recipient, "成员不存在，可能已离职"},
    Known{60140, ErrorClass::payload, "卡片的更新凭证已失效或已使用"},
    Known{81012, ErrorClass::payload, "没有收件人"},
    Known{81013, ErrorClass::recipient, "收件人都不在应用的可见范围内。请在应用详情页的“可见范围”里加入该成员"},
    Known{82001, ErrorClass::recipient, "没有有效的收件人"},
    Known{82002, ErrorClass::payload, "部门超过 100 个"},
    Known{82003, ErrorClass::payload, "标签超过 100 个"},
    Known{82004, ErrorClass::payload, "消息内容不被接受"},
    Known{84061, ErrorClass::recipient, "不是该成员的外部联系人"},
    Known{92000, ErrorClass::recipient, "成员不在应用的可见范围内"},
    Known{301002, ErrorClass::configuration, "没有权限操作这个应用"},
    Known{301007, ErrorClass::configuration, "企业已不可用（解散或被封禁）"},
    Known{301042, ErrorClass::configuration, "服务器的出口 IP 不在白名单里。请在企业微信后台加入该地址"},
};

static_assert(std::is_sorted(known_codes.begin(), known_codes.end(),
                             [](Known const& a, Known const& b) { return a.errcode < b.errcode; }));

Known const* find(int errcode) noexcept {
    auto const found = std::lower_bound(known_codes.begin(), known_codes.end(), errcode,
                                        [](Known const& k, int code) { return k.errcode < code; });
    return found != known_codes.end() && found->errcode == errcode ? &*found : nullptr;
}

}  // namespace

ErrorClass classify(int errcode) noexcept {
    if (errcode == 0) return ErrorClass::none;
    if (auto const* entry = find(errcode)) return entry->klass;
    if (errcode >= 40'000 && errcode < 48'000) return ErrorClass::payload;
    return ErrorClass::busy;
}

std::string_view name_of(ErrorClass klass) noexcept {
    switch (klass) {
        case ErrorClass::none:
            return "none";
        case ErrorClass::busy:
            return "busy";
        case ErrorClass::token:
            return "token";
        case ErrorClass::rate:
            return "rate";
        case ErrorClass::concurrency:
            return "concurrency";
        case ErrorClass::configuration:
            return "configuration";
        case ErrorClass::recipient:
            return "recipient";
        case ErrorClass::payload:
            return "payload";
        case ErrorClass::not_sent:
            return "not_sent";
        case ErrorClass::unknown:
            return "unknown";
    }
    return "unknown";
}

std::string explain(int errcode) {
    auto const number = "（错误码 " + std::to_string(errcode) + "）";
    auto const* entry = find(errcode);
    return entry ? std::string{entry->text} + number : "企业微信返回错误" + number;
}

}  // namespace wescrm::wecom
