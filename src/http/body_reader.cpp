#include "body_reader.hpp"

#include "ascii.hpp"

#include <algorithm>

namespace wescrm::http {
namespace {

constexpr auto extension_bytes = std::size_t{256};
constexpr auto framing_allowance = std::size_t{64} * 1024;
constexpr auto first_allocation = std::uint64_t{64} * 1024;

}  // namespace

void BodyReader::expect_length(std::uint64_t length, std::size_t limit) {
    is_chunked_ = false;
    remaining_ = length;
    limit_ = limit;
    step_ = Step::data;
    state_ = length > limit ? State::too_large : length == 0 ? State::complete : State::reading;
}

void BodyReader::expect_chunks(std::size_t limit) {
    *this = BodyReader{};
    is_chunked_ = true;
    limit_ = limit;
    step_ = Step::size;
    state_ = State::reading;
}

std::size_t BodyReader::put(std::string_view input, std::string& body) {
    auto used = std::size_t{0};
    while (used < input.size() && state_ == State::reading) {
        if (step_ == Step::data) {
            used += put_data(input.substr(used), body);
        } else {
            put_framing(input[used++]);
        }
    }
    return used;
}

std::size_t BodyReader::put_data(std::string_view input, std::string& body) {
    auto const count = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
    // Memory follows what has arrived, not what was announced.
    if (body.empty()) body.reserve(static_cast<std::size_t>(std::min(remaining_, first_allocation)));
    body.append(input.substr(0, count));
    remaining_ -= count;
    if (remaining_ > 0) return count;
    if (is_chunked_) {
        step_ = Step::data_return;
    } else {
        state_ = State::complete;
    }
    return count;
}

void BodyReader::put_framing(char c) {
    if (++framing_ > limit_ + framing_allowance) {
        state_ = State::too_large;
        return;
    }
    switch (step_) {
        case Step::size:
            return take_size(c);
        case Step::extension:
            if (c == '\r') {
                step_ = Step::size_feed;
            } else if (++extension_ > extension_bytes || (ascii::is_control(c) && c != '\t')) {
                state_ = State::malformed;
            }
            return;
        case Step::size_feed:
            if (c != '\n') {
                state_ = State::malformed;
                return;
            }
            return begin_chunk();
        case Step::data_return:
            return expect(c, '\r', Step::data_feed);
        case Step::data_feed:
            digits_ = 0;
            extension_ = 0;
            return expect(c, '\n', Step::size);
        case Step::end_return:
            return expect(c, '\r', Step::end_feed);
        case Step::end_feed:
            state_ = c == '\n' ? State::complete : State::malformed;
            return;
        case Step::data:
            return;
    }
}

void BodyReader::take_size(char c) {
    if (auto const value = ascii::hex_value(c); value >= 0) {
        if (++digits_ > 15) {
            state_ = State::malformed;
            return;
        }
        remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(value);
        return;
    }
    if (digits_ == 0 || (c != '\r' && c != ';')) {
        state_ = State::malformed;
        return;
    }
    step_ = c == ';' ? Step::extension : Step::size_feed;
}

void BodyReader::begin_chunk() {
    if (remaining_ == 0) {
        step_ = Step::end_return;
        return;
    }
    if (remaining_ > limit_ - content_) {
        state_ = State::too_large;
        return;
    }
    content_ += static_cast<std::size_t>(remaining_);
    step_ = Step::data;
}

void BodyReader::expect(char c, char wanted, Step next) {
    if (c != wanted) {
        state_ = State::malformed;
        return;
    }
    step_ = next;
}

}  // namespace wescrm::http
