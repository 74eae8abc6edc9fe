#include "amounts.hpp"

namespace wescrm::demo {

Amounts amounts_of(Size size) noexcept {
    switch (size) {
        case Size::small:
            break;
        case Size::medium:
            return {5'000, 20'000, 10'000, 15'000, 5'000, 48, 5, true};
        case Size::large:
            return {5'000, 200'000, 100'000, 150'000, 50'000, 48, 5, true};
        case Size::huge:
            return {5'000, 2'000'000, 1'000'000, 1'500'000, 500'000, 5, 5, true};
    }
    return {60, 400, 250, 300, 1'500, 5, 1, false};
}

Size size_named(std::string_view name) noexcept {
    if (name == "medium") return Size::medium;
    if (name == "large") return Size::large;
    return name == "huge" ? Size::huge : Size::small;
}

}  // namespace wescrm::demo
