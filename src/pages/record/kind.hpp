#pragma once
#include <wescrm/base/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// The pages of the records that people work on, declared once per kind: from a Kind come its list with scenes, filters,
// columns and bulk actions, its forms, its detail page and the dialogs of what can be done with it. Everything goes
// through the operations of the kind ("customer.list", "customer.show", …), so pages can do nothing that REST cannot.
namespace wescrm::pages::record {

/// How a value is written.
enum class Show {
    text,
    tag,      ///< one of `words`, coloured
    tags,     ///< those that people put on it, in the colours of their groups
    instant,  ///< "今天 16:28"
    due,      ///< the same, red when it has passed
    left,     ///< "剩 7 天", of a due day
    date,
    money,       ///< fen → 元
    unit_price,  ///< of "price_fen" exactly: "price_e4", four decimals
    number,
    percent,
    phone,
    link  ///< to another record: `link_path` + the member `link_id`
};

/// An enumeration's value in Chinese, with the colour of its tag: "", ok, warn, danger, info, violet.
struct Word {
    std::string_view value;
    std::string_view title;
    std::string_view tone{};
};
using Words = std::vector<Word>;

/// "price_fen" → "price_e4".
[[nodiscard]] std::string exact_name(std::string_view member);

struct Column {
    std::string_view member;  ///< of the list's items
    std::string_view label;
    Show show = Show::text;
    Words words{};
    std::string_view sort{};       ///< the list's `sort`, if it can be sorted by this
    std::string_view link_path{};  ///< "/app/customers/"
    std::string_view link_id{};    ///< "customer_id"
    bool is_wide_only = false;     ///< not on phones
    bool is_extra = false;         ///< only when somebody adds the column
    std::string_view flag{};       ///< of a tag: a member that, while it is true, stands for the value
    std::string_view own{};        ///< of a tag: a member with the company's own word for it, if it has one
};

/// Where the choices of a field come from: the items of a list operation.
struct Source {
    std::string_view operation{};  ///< "high_sea.list"
    std::string_view value{};      ///< member, "id"
    std::string_view title{};      ///< member, "name"
    std::string_view filter{};     ///< a parameter of the operation …
    std::string_view filter_value{};
    std::string_view filter_from{};  ///< … or the member of the record whose value it is
    std::string_view member{};       ///< or the elements of this member of the record itself: "stages"
    bool is_next = false;            ///< the open one after the record's own is chosen: where it goes from here
};

/// A condition of the list, by the name of the list's parameter.
struct Filter {
    enum class Ask { text, choice, person, department, date, yes, tags };
    std::string_view parameter;
    std::string_view label;
    Ask ask = Ask::text;
    Words words{};
    Source source{};
    bool is_first = false;  ///< beside the search field; else below 更多筛选
};

/// A field of a form. Label, hint, limits and type come from the operation's input.
struct Field {
    enum class Ask {
        by_type,
        choice,
        person,
        department,
        departments,
        record,
        records,  ///< several, by "、"
        words,
        lines,
        tags,       ///< those for `object`, by groups
        unit_price  ///< typed with four decimals; "price_fen" is sent as "price_e4"
    };
    std::string_view name;
    Ask ask = Ask::by_type;
    Words words{};
    Source source{};
    std::string_view label{};      ///< instead of the operation's
    std::string_view object{};     ///< of a record that is chosen or made, or whose tags are: "customer"
    std::string_view shown{};      ///< member that holds what people call it: "customer_name"
    std::vector<Field> columns{};  ///< of lines
    bool is_open = false;          ///< of a choice: typed where there is nothing to choose from
    bool is_only_for_new = false;  ///< asked for when the record is made; changed by an action of its own
    bool is_needed = false;        ///< though the operation would take something else instead
};

/// Something that can be done with a record: a dialog with the fields of its operation.
struct Action {
    std::string_view name;  ///< in the address: "transfer"
    std::string_view operation;
    std::string_view title;
    std::string_view icon;
    std::vector<Field> fields{};
    std::string_view sentence{};  ///< what follows, in the dialog
    std::string_view done{};      ///< the toast
    bool is_danger = false;
    bool is_bulk = false;
    bool is_single = true;
    bool leaves = false;            ///< the record is gone afterwards: back to the list
    bool is_main = false;           ///< what is mostly done next: beside 更多, not in it
    std::string_view id_as = "id";  ///< the field of the operation that takes the record
    bool is_blank = false;          ///< its fields begin empty, whatever the record holds
    std::function<bool(json::Value const& record)> fits{};
};

/// Records of another kind that are linked to one besides those that hang on it.
struct Linked {
    std::string_view operation{};  ///< what lists them: "customer.linked_contacts"
    std::string_view make{};       ///< the action that adds one …
    std::string_view end{};        ///< … and that which takes one out, …
    std::string_view parameter{};  ///< … which it calls so: "contact_id"
};

/// Records of another kind that hang on one: a tab of its detail page.
struct Child {
    std::string_view tab;  ///< "contacts"
    std::string_view title;
    std::string_view object;     ///< the other kind
    std::string_view parameter;  ///< of its list: "customer_id"
    std::string_view preset{};   ///< field of its form that is filled with this record
    Linked linked{};
};

/// A table of the detail page, of an array that the record brings along: the lines of an order.
struct Table {
    std::string_view member;
    std::string_view title;
    std::vector<Column> columns;
};

struct Kind {
    std::string_view object;   ///< "customer"
    std::string_view path;     ///< "/app/customers"
    std::string_view title;    ///< "客户"
    std::string_view measure;  ///< "家"
    std::string_view icon;
    std::string_view name = "name";  ///< member that names a record
    std::string_view number = "no";  ///< member below the name
    std::string_view pictures{};     ///< member with the ids of its pictures: the first stands before the name
    std::vector<std::string_view> scenes;
    std::vector<Column> columns;
    std::vector<Filter> filters;
    std::vector<Column> facts;  ///< in the head of the detail page
    std::vector<Column> properties;
    std::vector<Column> money{};  ///< beside the time line, of the operation "<object>.money"
    std::vector<Field> form;
    std::vector<Action> actions;
    std::vector<Child> children;
    std::vector<Table> tables;
    std::string_view board{};  ///< address of another view of the list: the kanban
    std::string_view search_hint;
    std::string_view chat_hint;  ///< a sentence that people could type instead
    bool has_followups = false;  ///< a time line where one can write
    bool has_files = false;      ///< its fields come first: documents, with a time line behind them or none
    bool has_tasks = false;
    bool is_printable = false;  ///< as a sheet of paper for the customer
    bool is_in_navigation = true;
    std::string_view parent_path{};        ///< of what these hang on: they have no list of their own
    std::string_view parent_member{};      ///< "customer_id"
    std::string_view view_permission{};    ///< "" → "<object>.view"
    std::string_view create_permission{};  ///< "" → "<object>.create"
    std::string_view change_permission{};  ///< "" → "<object>.edit"
};

[[nodiscard]] inline std::string view_permission_of(Kind const& kind) {
    return kind.view_permission.empty() ? std::string{kind.object} + ".view" : std::string{kind.view_permission};
}

/// All kinds, in the order of the navigation.
[[nodiscard]] std::vector<Kind> const& kinds();
[[nodiscard]] Kind const* find_kind(std::string_view object);

/// The same where the company has no orders: contracts bear the money.
[[nodiscard]] Kind without_orders(Kind kind);

// One file each.
[[nodiscard]] Kind lead_kind();
[[nodiscard]] Kind customer_kind();
[[nodiscard]] Kind contact_kind();
[[nodiscard]] Kind opportunity_kind();
[[nodiscard]] Kind product_kind();
[[nodiscard]] Kind order_kind();
[[nodiscard]] Kind contract_kind();
[[nodiscard]] Kind payment_plan_kind();
[[nodiscard]] Kind payment_kind();
[[nodiscard]] Kind quote_kind();
[[nodiscard]] Kind invoice_kind();
[[nodiscard]] Kind invoice_title_kind();
[[nodiscard]] Kind price_book_kind();

}  // namespace wescrm::pages::record
