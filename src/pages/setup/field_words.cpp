#include "field_words.hpp"

namespace wescrm::pages {

using record::Words;

Words const& field_objects() {
    static auto const words = Words{
        {"lead", "线索"},    {"customer", "客户"}, {"contact", "联系人"}, {"opportunity", "商机"}, {"product", "产品"},
        {"quote", "报价单"}, {"order", "订单"},    {"contract", "合同"},  {"payment", "回款"},     {"invoice", "发票"}};
    return words;
}

std::vector<LibraryGroup> const& field_library() {
    static auto const library = std::vector<LibraryGroup>{
        {"文字和数字",
         {{"text", "单行文本"},
          {"textarea", "多行文本"},
          {"rich_text", "长文本"},
          {"integer", "整数"},
          {"decimal", "小数"},
          {"percent", "百分比"},
          {"money", "金额"},
          {"rating", "评分"},
          {"auto_number", "自动编号"}}},
        {"选择",
         {{"choice", "单选"},
          {"multi_choice", "多选"},
          {"cascade", "级联选择"},
          {"boolean", "是否"},
          {"tags", "标签"}}},
        {"日期和时间", {{"date", "日期"}, {"datetime", "日期时间"}, {"time", "时刻"}, {"duration", "时长"}}},
        {"联系方式和地点",
         {{"mobile", "手机"},
          {"phone", "电话"},
          {"email", "邮箱"},
          {"url", "网址"},
          {"credit_code", "统一社会信用代码"},
          {"region", "省市区"},
          {"location", "定位"}}},
        {"人、部门和记录",
         {{"employee", "员工"},
          {"employees", "多个员工"},
          {"department", "部门"},
          {"departments", "多个部门"},
          {"reference", "关联记录"},
          {"references", "关联多条"}}},
        {"文件", {{"image", "图片"}, {"file", "附件"}, {"signature", "手写签名"}}},
        {"布局", {{"divider", "分组标题"}}}};
    return library;
}

std::string_view title_in(Words const& words, std::string_view value) {
    for (auto const& word : words)
        if (word.value == value) return word.title;
    return value;
}

std::string known_object(std::string const& wanted) {
    for (auto const& word : field_objects())
        if (word.value == wanted) return wanted;
    return "customer";
}

std::string_view type_title(std::string_view type) {
    for (auto const& group : field_library())
        for (auto const& word : group.types)
            if (word.value == type) return word.title;
    return type;
}

bool fits_object(std::string_view type, std::string_view object) {
    if (type != "image" && type != "file" && type != "signature") return true;
    return object == "lead" || object == "customer" || object == "contact" || object == "opportunity" ||
           object == "order";
}

}  // namespace wescrm::pages
