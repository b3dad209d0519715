// Eigen's names for the dense convention of sparse_matrix.h (row-major). Include it in .cc files
// only: Eigen is heavy.
#ifndef TSUGI_MODELS_DENSE_ROW_MATRIX_H_
#define TSUGI_MODELS_DENSE_ROW_MATRIX_H_

#include <Eigen/Dense>

namespace tsugi::models {

template <typename T>
using RowMatrixOf = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

using RowMatrix = RowMatrixOf<float>;
using RowMatrixMap = Eigen::Map<RowMatrix>;
using ConstRowMatrixMap = Eigen::Map<const RowMatrix>;

}  // namespace tsugi::models

#endif  // TSUGI_MODELS_DENSE_ROW_MATRIX_H_
