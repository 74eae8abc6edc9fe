#include <wescrm/base/log.hpp>
#include <wescrm/web/page.hpp>

#include <ctemplate/template.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace wescrm::web {
namespace {

namespace fs = std::filesystem;
using ctemplate::TemplateDictionary;

constexpr std::string_view pragma = R"({{%AUTOESCAPE context="HTML"}})";
constexpr std::string_view ending = ".html";
constexpr std::string_view part_open = "{{>";
constexpr char const* part_mark = "_";

std::string section_name(std::string_view member) {
    auto name = std::string{member};
    for (auto& c : name)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return name;
}

bool is_nothing(json::Value const& value) {
    return value.IsNull() || value.IsFalse() || (value.IsString() && value.GetStringLength() == 0) ||
           (value.IsArray() && value.Empty());
}

void fill(TemplateDictionary& dictionary, json::Value const& data);

void fill_section(TemplateDictionary& dictionary, std::string const& name, json::Value const& value) {
    auto* section = dictionary.AddSectionDictionary(name);
    if (value.IsObject())
        fill(*section, value);
    else if (value.IsString())
        section->SetValue("VALUE", std::string{json::view(value)});
    else if (value.IsInt64())
        section->SetIntValue("VALUE", static_cast<long>(value.GetInt64()));
}

void fill_member(TemplateDictionary& dictionary, std::string const& name, json::Value const& value) {
    if (is_nothing(value)) {
        dictionary.ShowSection("NO_" + name);
        return;
    }
    if (value.IsString())
        dictionary.SetValue(name, std::string{json::view(value)});
    else if (value.IsInt64())
        dictionary.SetIntValue(name, static_cast<long>(value.GetInt64()));
    else if (value.IsDouble())
        dictionary.SetFormattedValue(name, "%g", value.GetDouble());
    if (value.IsArray())
        for (auto const& element : value.GetArray()) fill_section(dictionary, name, element);
    else if (value.IsObject())
        fill_section(dictionary, name, value);
    else
        dictionary.ShowSection("HAS_" + name);
    if (value.IsTrue()) dictionary.ShowSection(name);
    if (value.IsArray()) dictionary.ShowSection("HAS_" + name);
}

void fill(TemplateDictionary& dictionary, json::Value const& data) {
    if (!data.IsObject()) return;
    for (auto const& member : data.GetObject())
        fill_member(dictionary, section_name(json::view(member.name)), member.value);
}

std::string content_of(fs::path const& file) {
    auto stream = std::ifstream{file};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

bool is_part(fs::path const& file) { return file.filename().string().starts_with(part_mark); }

// The text with {{>record/cell}} replaced by record/_cell.html, before it is parsed: escaping goes by the place where
// the part stands. Parts contain no parts.
Result<std::string> with_parts(fs::path const& folder, std::string text) {
    for (auto at = text.find(part_open); at != std::string::npos; at = text.find(part_open, at)) {
        auto const end = text.find("}}", at);
        if (end == std::string::npos) break;
        auto const name = fs::path{text.substr(at + part_open.size(), end - at - part_open.size())};
        auto const file = folder / name.parent_path() / (part_mark + name.filename().string() + std::string{ending});
        auto part = content_of(file);
        if (part.empty()) return Error{Errc::invalid_input, "template", "no part " + file.string()};
        while (part.ends_with('\n')) part.pop_back();
        text.replace(at, end + 2 - at, part);
        at += part.size();
    }
    return text;
}

}  // namespace

struct PageTemplates::Impl {
    std::string folder;
    ctemplate::TemplateCache cache;
    std::set<std::string, std::less<>> names;
};

PageTemplates::PageTemplates(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
PageTemplates::~PageTemplates() = default;
PageTemplates::PageTemplates(PageTemplates&&) noexcept = default;

Result<PageTemplates> PageTemplates::load(std::string const& folder) {
    auto impl = std::make_unique<Impl>();
    impl->folder = folder;
    auto failure = std::error_code{};
    for (auto const& entry : fs::recursive_directory_iterator{folder, failure}) {
        auto const path = entry.path().string();
        if (!entry.is_regular_file() || !path.ends_with(ending) || is_part(entry.path())) continue;
        auto const text = with_parts(folder, content_of(entry.path()));
        if (!text) return text.error();
        if (!text->starts_with(pragma))
            return Error{Errc::invalid_input, "template",
                         path + ": the first line must begin with " + std::string{pragma}};
        if (!impl->cache.StringToTemplateCache(path, *text, ctemplate::STRIP_BLANK_LINES))
            return Error{Errc::invalid_input, "template", path + ": cannot be parsed"};
        auto name = fs::relative(entry.path(), folder).string();
        name.resize(name.size() - ending.size());
        impl->names.insert(std::move(name));
    }
    if (failure || impl->names.empty()) return Error{Errc::invalid_input, "template", folder + ": no page templates"};
    return PageTemplates{std::move(impl)};
}

std::string PageTemplates::render(std::string_view name, json::Value const& data) const {
    if (!impl_->names.contains(name)) throw std::logic_error{"no page template " + std::string{name}};
    auto dictionary = TemplateDictionary{std::string{name}};
    fill(dictionary, data);
    auto out = std::string{};
    auto const path = impl_->folder + "/" + std::string{name} + std::string{ending};
    if (!impl_->cache.ExpandWithData(path, ctemplate::STRIP_BLANK_LINES, &dictionary, nullptr, &out))
        throw std::logic_error{"page template " + std::string{name} + " cannot be filled"};
    return out;
}

}  // namespace wescrm::web
