#pragma once
#include <wescrm/web/page.hpp>

#include <set>
#include <string>
#include <utility>

// The draft of a form, as the editor changes it: every change is kept at once by field_form.draft, so that nothing is
// lost when the browser closes, and nobody else sees it before it is published.
namespace wescrm::pages {

class FieldDraftEditor {
public:
    /// The draft, or what is published if there is none.
    [[nodiscard]] static Result<FieldDraftEditor> open(web::PageCall& call, std::string const& object);

    [[nodiscard]] json::Value const& fields() const { return fields_; }
    [[nodiscard]] json::Value const* find(std::string const& key) const;
    [[nodiscard]] bool is_draft() const { return is_draft_; }
    [[nodiscard]] std::int64_t version() const { return version_; }
    /// Of the published form: its key can not change any more.
    [[nodiscard]] bool is_published(std::string const& key) const;
    /// What every company has under this key, as the published form says; null for a company's own field.
    [[nodiscard]] json::Value const* system(std::string const& key) const;

    /// Before the field at `position` (from 0); the new field's key.
    std::string add(std::string const& type, std::size_t position);
    void move(std::string const& key, std::size_t position);
    /// One place up or down.
    void shift(std::string const& key, int by);
    void remove(std::string const& key);
    /// What the panel of properties sent; the field's key afterwards.
    std::string set_properties(std::string const& key);

    /// Keeps the draft.
    Result<void> keep();

private:
    FieldDraftEditor(web::PageCall& call, std::string object) : call_{&call}, object_{std::move(object)} {}
    [[nodiscard]] json::Value* find(std::string const& key);
    [[nodiscard]] std::size_t index_of(std::string const& key) const;
    void take_published(json::Value const& form);
    void take_draft(json::Value const& draft);
    void set_system(json::Value& field, json::Value const& system);
    void put_options(json::Value& field);
    /// Whether somebody may have chosen it already.
    [[nodiscard]] bool is_published_option(std::string const& field, std::string const& option) const;
    /// What names the option elsewhere names it by its new key.
    void follow_option(std::string const& field, std::string const& from, std::string const& to);
    void put_condition(json::Value& field, char const* member);
    void put_mappings(json::Value& field);

    web::PageCall* call_;
    std::string object_;
    json::Document fields_{rapidjson::kArrayType};
    json::Document system_{rapidjson::kArrayType};
    std::vector<std::string> published_;
    std::set<std::pair<std::string, std::string>> published_options_;  ///< of fields, by both keys
    std::int64_t version_ = 0;
    bool is_draft_ = false;
};

}  // namespace wescrm::pages
