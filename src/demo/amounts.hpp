#pragma once
#include <wescrm/demo/demo.hpp>

#include <cstddef>

namespace wescrm::demo {

/// How much of everything a company of some size has.
struct Amounts {
    std::size_t employees = 0;
    std::size_t customers = 0;
    std::size_t orders = 0;
    std::size_t opportunities = 0;
    std::size_t leads = 0;
    std::size_t followups = 0;    ///< of a customer of middling age at most; half of them on average
    std::size_t field_every = 1;  ///< each so-manieth record has values in the company's own fields
    bool has_groups = false;      ///< the regions have 286 groups
};

[[nodiscard]] Amounts amounts_of(Size size) noexcept;

}  // namespace wescrm::demo
