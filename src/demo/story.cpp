#include "amounts.hpp"
#include "organisation.hpp"

#include <wescrm/base/text.hpp>
#include <wescrm/demo/story.hpp>

#include <algorithm>
#include <array>
#include <numeric>

namespace wescrm::demo {
namespace {

struct Place {
    std::string_view city;
    std::string_view road;
};
constexpr std::array places{
    Place{"苏州", "工业园区星湖街"}, Place{"上海", "闵行区剑川路"},   Place{"深圳", "南山区科苑路"},
    Place{"广州", "黄埔区开创大道"}, Place{"北京", "海淀区知春路"},   Place{"天津", "西青区海泰大道"},
    Place{"杭州", "滨江区江南大道"}, Place{"南京", "江宁区将军大道"}, Place{"无锡", "新吴区长江路"},
    Place{"东莞", "松山湖新城路"},   Place{"佛山", "禅城区季华路"},   Place{"宁波", "鄞州区泰康中路"}};
constexpr std::array first_parts{"宏", "恒", "瑞", "鼎", "盛", "嘉", "绿", "北", "远", "明", "华", "金", "新", "博",
                                 "安", "信", "启", "晟", "凯", "腾", "永", "泰", "润", "睿", "卓", "锦", "优", "海",
                                 "天", "云", "正", "创", "鸿", "立", "星", "和", "友", "长", "众", "同"};
constexpr std::array second{"达", "源", "辰", "泽", "峰", "业", "通", "美", "康", "安", "丰", "诚", "宇", "景",
                            "航", "益", "能", "维", "图", "联", "拓", "霖", "邦", "晨", "翔", "茂", "科", "林",
                            "川", "桥", "石", "帆", "鑫", "智", "旺", "祥", "铭", "阳", "江", "域"};
constexpr std::array third{"", "大", "元", "新", "德", "利", "隆", "和", "佳", "顺"};
struct Trade {
    std::string_view word;
    std::string_view industry;
};
constexpr std::array trades{
    Trade{"科技", "信息技术"}, Trade{"机械", "制造业"},   Trade{"电子", "制造业"},   Trade{"环保", "环保能源"},
    Trade{"装饰", "建筑装饰"}, Trade{"物流", "物流运输"}, Trade{"医疗", "医疗健康"}, Trade{"教育", "教育培训"},
    Trade{"食品", "批发零售"}, Trade{"新材料", "制造业"}, Trade{"会展", "文化传媒"}, Trade{"软件", "信息技术"},
    Trade{"建设", "建筑装饰"}, Trade{"商贸", "批发零售"}, Trade{"农业", "农林牧渔"}, Trade{"能源", "环保能源"},
    Trade{"酒店", "餐饮酒店"}, Trade{"咨询", "其他"},     Trade{"包装", "制造业"},   Trade{"汽配", "制造业"}};
// Typed in help texts and examples; somebody who tries them must find the name free.
constexpr std::array reserved{"宏达科技", "绿源环保", "北辰会展", "腾讯科技", "佳美装饰"};
constexpr std::array levels{"重点", "普通", "普通", "潜在", "普通", "低"};
constexpr std::array sources{"展会", "官网", "老客户介绍", "电话咨询", "广告", "公众号", "陌生拜访"};
constexpr std::array positions{"总经理", "采购经理", "技术总监", "行政主管", "财务经理", "项目经理", "生产厂长"};

struct Line {
    std::string_view content;
    std::string_view method;
};
// The first contact, what comes between, and how things stand.
constexpr std::array openings{
    Line{"电话沟通了需求，对方希望先看方案和案例", "call"},
    Line{"展会上聊过，加了微信，发了公司介绍和产品手册", "wechat"},
    Line{"上门拜访，参观了车间，设备用了八年，明年有更换计划", "visit"},
    Line{"第一次通话，负责人出差，约了下周再联系", "call"},
    Line{"老客户介绍的，对方想了解交货期和售后响应时间", "call"},
    Line{"邮件发了公司资质和同行业案例，对方已确认收到", "email"},
};
constexpr std::array middles{
    Line{"开会讨论技术细节，客户最关心交货期和备件供应", "meeting"},
    Line{"微信发了报价，对方说比上一家贵一成，要再比较", "wechat"},
    Line{"样品已寄出，客户反馈精度够用，外观希望再改一版", "call"},
    Line{"拜访了采购经理，预算在三十万以内，需要走内部招标", "visit"},
    Line{"技术总监试用后提了两点改进，已转给研发评估", "call"},
    Line{"对方法务在看合同条款，付款方式想改成三四三", "email"},
    Line{"请客户来厂参观，生产厂长对检测线印象不错", "visit"},
    Line{"电话回访，样机运行正常，操作工希望再培训一次", "call"},
    Line{"线上会议演示了新版方案，客户要求补一份对比表", "meeting"},
};
constexpr std::array endings{
    Line{"预算还在审批，月底再问结果", "call"},
    Line{"合同初稿已发，等对方盖章", "wechat"},
    Line{"项目推迟到下个季度，保持联系", "call"},
    Line{"客户同意先订一批试用，正在走采购流程", "visit"},
    Line{"回访使用情况，整体满意，答应介绍同行", "call"},
    Line{"竞争对手降价了，客户在犹豫，需要再谈一次价格", "meeting"},
    Line{"对接人换了，新来的经理约了下周见面", "wechat"},
};
constexpr std::array tasks{"给客户发报价单", "预约上门拜访", "确认合同条款",   "跟踪样品反馈", "准备技术方案",
                           "核对交货时间",   "整理会议纪要", "催客户回签合同", "安排操作培训", "寄送产品手册"};

template <class List>
auto const& pick_story(List const& list, std::size_t n) {
    return list[n % list.size()];
}

// Spreads consecutive numbers, so that neighbours have nothing in common.
std::size_t stir(std::size_t n, std::size_t salt) {
    auto x = (n + 1) * 0x9E3779B97F4A7C15ULL + salt * 0xC2B2AE3D27D4EB4FULL;
    x ^= x >> 31U;
    x *= 0xD6E8FEB86659FD93ULL;
    return x ^ (x >> 32U);
}

struct Name {
    std::string full, brand;
    std::string_view industry;
};

std::string padded(std::size_t n, std::size_t digits) {
    auto text = std::to_string(n);
    return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

constexpr std::array fourth{"", "元", "亨", "利", "贞", "仁", "和", "泰", "安", "康", "宁"};

// `round`: how often all names were given already; from the second on they have a fourth character.
Name name_at(std::size_t k, std::size_t n, std::size_t thirds, std::size_t round) {
    auto const take = [&k](std::size_t count) {
        auto const at = k % count;
        k /= count;
        return at;
    };
    auto const& trade = trades[take(trades.size())];
    auto const a = take(first_parts.size());
    auto const b = take(second.size());
    auto const brand = std::string{first_parts[a]} + second[b] + third[take(thirds)] + fourth[round % fourth.size()];
    return {std::string{pick_story(places, n).city} + brand + std::string{trade.word} + "有限公司", brand,
            trade.industry};
}

// One step through all names for every customer: an odd step that shares no factor with their number meets each once.
Name name_of(std::size_t n, Size size) {
    auto const thirds = size == Size::small ? std::size_t{1} : third.size();
    auto const all = first_parts.size() * second.size() * thirds * trades.size();
    constexpr std::size_t step = 7'919;
    auto made = name_at((n * step + 13) % all, n, thirds, n / all);
    for (std::size_t i = 0; i < reserved.size(); ++i)
        // The last names of the round are never reached otherwise: there are more names than customers.
        if (made.full.find(reserved[i]) != std::string::npos)
            return name_at(((all - 1 - i) * step + 13) % all, n, thirds, n / all);
    return made;
}

constexpr int longest_ago = 180;  // days
constexpr int latest = 6;
constexpr auto days_of_creation = static_cast<std::size_t>(longest_ago - latest);

// Office hours of that many days ago.
Instant working_time(Date today, int days_ago, std::size_t salt, Zone const& zone) {
    auto const minute = static_cast<int>(salt % (8 * 60));
    return zone.instant({add_days(today, -days_ago), hours{9} + minutes{minute - minute % 5}});
}

// How often somebody wrote down what happened. Where much is written, older customers have more of it.
int number_of_notes(std::size_t n, int created_ago, Size size) {
    auto const most = amounts_of(size).followups;
    if (size == Size::small) return 1 + static_cast<int>(stir(n, 3) % most);
    auto const days = static_cast<std::size_t>(created_ago);
    return 1 + static_cast<int>(stir(n, 3) % (1 + most * 2 * days / longest_ago));
}

std::vector<Note> notes_of(std::size_t n, int created_ago, Size size, Date today, Instant now, Zone const& zone) {
    auto const count = number_of_notes(n, created_ago, size);
    auto notes = std::vector<Note>{};
    for (auto i = 0; i < count; ++i) {
        auto const ago = created_ago - created_ago * (2 * i + 1) / (2 * count);
        auto const at = working_time(today, ago, stir(n, 100 + static_cast<std::size_t>(i)), zone);
        if (at > now) break;
        auto const choice = stir(n, 200 + static_cast<std::size_t>(i));
        auto const& line = i == 0           ? pick_story(openings, choice)
                           : i + 1 == count ? pick_story(endings, choice)
                                            : pick_story(middles, choice);
        notes.push_back({line.content, line.method, at});
    }
    return notes;
}

std::vector<Person> people_of(std::size_t n, std::string const& mobile) {
    auto people = std::vector<Person>{};
    auto const count = 1 + stir(n, 4) % 3;
    for (std::size_t i = 0; i < count; ++i) {
        auto person = Person{person_name(stir(n, 20 + i) % 100'000), positions[(n + i) % positions.size()], {}};
        person.mobile = i == 0 ? mobile : "137" + padded(10'000'000 + (n * 3 + i) % 89'999'999, 8);
        people.push_back(std::move(person));
    }
    return people;
}

}  // namespace

Account account(std::size_t n, Size size, Instant now, Zone const& zone) {
    auto const today = zone.date(now);
    auto const name = name_of(n, size);
    auto made = Account{};
    auto const turn = n * 37 % days_of_creation;  // 37 shares no factor with it: a day's customers get 1, 2, 3, …
    static_assert(std::gcd(std::size_t{37}, days_of_creation) == 1);
    auto const created_ago = latest + static_cast<int>(turn);
    auto const day = add_days(today, -created_ago);
    made.no = "KH" + text::replace_all(format_date(day), "-", "") + padded(n / days_of_creation + 1, 4);
    made.name = name.full;
    if (stir(n, 1) % 3 != 0) made.short_name = name.brand;
    made.level = pick_story(levels, stir(n, 5));
    made.industry = name.industry;
    made.source = pick_story(sources, stir(n, 6));
    made.mobile = "139" + padded(10'000'000 + n * 37 % 89'999'999, 8);
    made.address = std::string{pick_story(places, n).city} + "市" + std::string{pick_story(places, n).road} +
                   std::to_string(stir(n, 7) % 300 + 1) + "号";
    made.created_at = working_time(today, created_ago, stir(n, 8), zone);
    made.people = people_of(n, made.mobile);
    made.notes = notes_of(n, created_ago, size, today, now, zone);
    if (stir(n, 9) % 5 == 0)
        made.next_contact_at = working_time(today, 3 - static_cast<int>(stir(n, 10) % 12), stir(n, 11), zone);
    if (stir(n, 12) % 5 == 0) {
        made.task = pick_story(tasks, stir(n, 13));
        made.task_at = working_time(today, 2 - static_cast<int>(stir(n, 14) % 9), stir(n, 15), zone);
    }
    return made;
}

}  // namespace wescrm::demo
